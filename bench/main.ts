/** `npm run bench`: measures what docs promise, one process for each benchmark. */
import { fork } from 'node:child_process';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { type BenchName, benches, benchNames } from './bench.ts';
import { type BenchReport, outcome, type Row, table, verdict } from './report.ts';

const help = `Measures Rekindle against its budgets.

  npm run bench -- [options]

  --only NAME…  only these, separated by blanks or commas
  --quick       fewer rounds and smaller numbers: for a look, not for a verdict
  --json        the figures as JSON
  --help        this text

Benchmarks:
${benchNames.map((name) => `  ${name.padEnd(12)}${benches[name].about}`).join('\n')}

Progress goes to the error output. Ends with 0 where all bounds are kept, 1 where one is missed, 2 where something could not
be measured. Whatever else the machine does at the same time shows in the figures, least in processor time and in ratios.`;

const { values, positionals } = readArguments();
if (values.help) {
  console.log(help);
  process.exit(0);
}
const names = chosen(values.only === undefined ? [] : [...values.only, ...positionals]);
const reports: BenchReport[] = [];
for (const [index, name] of names.entries()) {
  process.stderr.write(`(${index + 1}/${names.length}) ${name}: ${benches[name].about}\n`);
  reports.push(await runApart(name, values.quick));
}
console.log(
  values.json ? JSON.stringify({ machine: machine(), quick: values.quick, benches: asData(reports) }, null, 2) : page(),
);
process.exitCode = { within: 0, over: 1, failed: 2 }[outcome(reports)];

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        only: { type: 'string', multiple: true },
        quick: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (cause) {
    return refuse((cause as Error).message);
  }
}

function chosen(wanted: readonly string[]): readonly BenchName[] {
  if (wanted.length === 0)
    return positionals.length === 0 ? benchNames : refuse(`"${positionals[0]}": say --only ${positionals[0]}`);
  const asked = wanted.flatMap((one) => one.split(',')).filter((one) => one !== '');
  const unknown = asked.find((one) => !benchNames.some((name) => name === one));
  if (unknown !== undefined) refuse(`There is no benchmark "${unknown}". There are: ${benchNames.join(', ')}.`);
  return benchNames.filter((name) => asked.includes(name));
}

function refuse(message: string): never {
  console.error(`${message}\nnpm run bench -- --help says more.`);
  process.exit(2);
}

function runApart(name: BenchName, quick: boolean): Promise<BenchReport> {
  const child = fork(new URL('./run-one.ts', import.meta.url), [name, ...(quick ? ['quick'] : [])], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  return new Promise((resolve) => {
    child.once('message', (rows: Row[]) => resolve({ bench: name, rows }));
    child.once('exit', (code, signal) => resolve({ bench: name, failure: `ended with ${signal ?? code}: see above` }));
  });
}

function machine() {
  const gigabytes = (bytes: number) => Math.round(bytes / 2 ** 30);
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: gigabytes(totalmem()),
    freeMemoryGb: gigabytes(freemem()),
  };
}

function page(): string {
  const { node, platform, processor, cores, memoryGb } = machine();
  const facts = `Node ${node} on ${platform}, ${cores} cores of ${processor}, ${memoryGb} GB`;
  return `${table(reports)}\n\n${facts}${values.quick ? '. A quick run: bounds are meant for a whole one' : ''}.`;
}

function asData(all: readonly BenchReport[]): object[] {
  return all.map((report) =>
    'rows' in report ? { ...report, rows: report.rows.map((row) => ({ ...row, verdict: verdict(row) ?? null })) } : report,
  );
}
