import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bundle, bundleFunctions } from '#infra/bundle.ts';
import { hotFunctions } from '#infra/function-settings.ts';
import type { Bench } from './bench.ts';
import { functionVariables } from './functions/variables.ts';
import { median } from './measure.ts';
import type { Row } from './report.ts';

const bareEntry = fileURLToPath(new URL('./bundles/bare/evaluate/index.ts', import.meta.url));

const BYTES_MAX = 700_000;
const RATIO_MAX = 1.5;
/** What publishing and deploying need, and no function on the hot path may carry. */
const FORBIDDEN = /node_modules\/(?:mjml|aws-cdk|constructs|cdk-nag|htmlnano|cheerio|html-to-text)/;

type Load = { readonly wallMs: number; readonly cpuMs: number };

/** The bundles that are deployed, and what a cold start has to load, beside a bundle of the bare DynamoDB client. */
export const bundlesBench: Bench = async ({ quick, progress }) => {
  const folder = mkdtempSync(join(tmpdir(), 'rekindle-bundles-'));
  try {
    progress('bundling');
    const all = await bundleFunctions({ buildFolder: join(folder, 'functions') });
    const bare = await bundleFunctions({
      buildFolder: join(folder, 'bare'),
      functionsFolder: dirname(dirname(bareEntry)),
    });
    const hot = Object.fromEntries(hotFunctions.flatMap((name) => (all[name] ? [[name, all[name]] as const] : [])));
    const loads = loadInTurns({ ...hot, bare: bare.evaluate as Bundle }, quick ? 5 : 21, progress);
    return [...Object.entries(hot).flatMap(([name, bundle]) => rowsOf(name, bundle, loads)), ...bareRows(loads)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Each in a fresh process, one after the other, round by round, so that all see the same machine. */
function loadInTurns(
  bundles: Readonly<Record<string, Bundle>>,
  rounds: number,
  progress: (line: string) => void,
): Map<string, Load[]> {
  const found = new Map<string, Load[]>(Object.keys(bundles).map((name) => [name, []]));
  // The first round only brings the files into the system's cache.
  for (let round = -1; round < rounds; round += 1) {
    if (round % 5 === 0) progress(`loading, round ${round + 1} of ${rounds}`);
    for (const [name, { dir }] of Object.entries(bundles)) {
      const load = loadOnce(join(dir, 'index.js'));
      if (round >= 0) found.get(name)?.push(load);
    }
  }
  return found;
}

function loadOnce(file: string): Load {
  const env = { PATH: process.env.PATH, ...functionVariables };
  return JSON.parse(
    execFileSync(process.execPath, [join(import.meta.dirname, 'bundles/load.cjs'), file], { env, encoding: 'utf8' }),
  );
}

function rowsOf(name: string, { bytes, inputs }: Bundle, loads: ReadonlyMap<string, readonly Load[]>): Row[] {
  const own = loads.get(name) ?? [];
  const bare = loads.get('bare') ?? [];
  const ratio = median(own.map(({ wallMs }) => wallMs)) / median(bare.map(({ wallMs }) => wallMs));
  const cpuRatio = median(own.map(({ cpuMs }) => cpuMs)) / median(bare.map(({ cpuMs }) => cpuMs));
  const unwanted = inputs.filter((input) => FORBIDDEN.test(input));
  return [
    { what: `${name}: bundle`, figure: bytes, unit: 'bytes', bound: { atMost: BYTES_MAX } },
    {
      what: `${name}: load time / that of the bare DynamoDB client`,
      figure: ratio,
      unit: '×',
      bound: { atMost: RATIO_MAX },
      notes: [
        loadNote(own.length),
        `${name}: ${median(own.map(({ wallMs }) => wallMs)).toFixed(1)} ms; by processor time ${cpuRatio.toFixed(2)} ×`,
      ],
    },
    {
      what: `${name}: inputs of MJML or CDK`,
      figure: unwanted.length,
      unit: '',
      bound: { atMost: 0 },
      ...(unwanted.length > 0 && { notes: [unwanted.slice(0, 3).join(', ')] }),
    },
  ];
}

const loadNote = (rounds: number): string =>
  `median of ${rounds} fresh processes each, in turns; the time of require() alone, without the start of Node; the same build options for all`;

function bareRows(loads: ReadonlyMap<string, readonly Load[]>): Row[] {
  const wallMs = median((loads.get('bare') ?? []).map((load) => load.wallMs));
  return [{ what: 'the bare DynamoDB client: load time', figure: wallMs, unit: 'ms' }];
}
