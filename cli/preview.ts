import { spawn } from 'node:child_process';
import { mkdirSync, watch as watchFolder, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { MailPreview } from '#usecases/preview-mail.ts';
import { type Command, type Context, Failure, json, remote, textOf } from './command.ts';
import { kilobytes, previewPage } from './preview/page.ts';
import { occasion, previewOf, wishOf } from './preview/wish.ts';
import { problemLines } from './problems.ts';
import { plain, show, table } from './show.ts';

export const preview: Command = {
  name: 'preview',
  usage: 'TEMPLATE',
  summary: 'Look at a mail before anybody gets it: HTML, text, by day and by night',
  details: [
    'Renders templates/TEMPLATE.mjml with sample values (the examples under "variables:" in its front matter first), or with',
    'the data of a customer, and writes a page that shows it as desktops and phones do, with its text part and all values.',
    'With --customer the latest event that starts the journey is taken, unless --event gives another. Nothing is sent.',
  ],
  options: {
    ...occasion,
    out: { type: 'string', value: 'FILE', help: 'Where the page goes; .rekindle/preview/ unless told' },
    open: { type: 'boolean', help: 'Opens the page in the browser' },
    watch: { type: 'boolean', help: 'Renders it again whenever a file of the catalogue changes, until it is stopped' },
    ...remote,
    ...json,
  },
  examples: [
    'rekindle preview welcome --open',
    'rekindle preview thank-you --locale pt --event order.json',
    'rekindle preview we-miss-you --customer ann@example.com',
  ],
  run: async (context) => {
    const file = await once(context);
    if (context.options.open === true) openPage(context, file);
    if (context.options.watch === true) await again(context);
    return 0;
  },
};

async function once(context: Context): Promise<string> {
  const { preview: made, problems } = await previewOf(context, wishOf(context));
  const file = fileOf(context, made);
  const page = relative(context.cwd, file) || file;
  const [html, text] = [file.replace(/(?:\.html)?$/, '.mail.html'), file.replace(/(?:\.html)?$/, '.txt')];
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, previewPage(made));
  writeFileSync(html, made.html);
  writeFileSync(text, `${made.text}\n`);
  const files = { page: file, html, text };
  show(context, { ...made, problems, files }, () => [...lines(made), '', ...problemLines(problems), `Page: ${page}`]);
  return file;
}

function lines(made: MailPreview): string[] {
  const values = made.variables.map(({ path, value, required }) => [
    path,
    required ? 'required' : '',
    value === undefined ? (required ? 'MISSING' : '(none)') : short(value),
  ]);
  return [
    ...table(
      ['', ''],
      [
        ['Subject', plain(made.subject)],
        ['Preheader', plain(made.preheader)],
        ['From', plain(made.from)],
        ['Sent by', made.journey === undefined ? 'no journey yet' : `${made.journey}/${made.step}, topic ${made.topic}`],
        ['Language', `${made.locale} of ${made.locales.join(', ')}`],
        ['Size', `${kilobytes(made.bytes)} (Gmail cuts off at 102 KB)`],
        ...(made.skip === undefined ? [] : [['Not sent', plain(made.skip)]]),
      ],
    ).slice(1),
    ...(values.length === 0 ? [] : ['', ...table(['VARIABLE', '', 'VALUE'], values)]),
  ];
}

const VALUE_LENGTH_MAX = 70;

function short(value: unknown): string {
  const text = plain(typeof value === 'string' ? value : JSON.stringify(value));
  return text.length <= VALUE_LENGTH_MAX ? text : `${text.slice(0, VALUE_LENGTH_MAX - 1)}…`;
}

function fileOf(context: Context, { template, locale }: MailPreview): string {
  const out = textOf(context, 'out');
  if (out !== undefined) return resolve(context.cwd, out);
  return join(resolve(context.cwd, context.env.REKINDLE_FOLDER ?? '.rekindle'), 'preview', `${template}.${locale}.html`);
}

/** With the program that the system has for it; where there is none, the page is still there to be opened by hand. */
function openPage(context: Context, file: string): void {
  const [command, ...args] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open'];
  if (command === undefined) return;
  const opened = spawn(command, [...args, file], { stdio: 'ignore', detached: true });
  opened.on('error', () => context.print(`It cannot be opened from here (${command} is missing): open ${file} yourself.`));
  opened.unref();
}

/** Editors write a file in several strokes; one rendering for all of them is enough. */
const QUIET_MS = 150;

async function again(context: Context): Promise<never> {
  const folder = resolve(context.cwd, textOf(context, 'dir') ?? '.');
  let changed = (): void => {};
  for (const name of ['catalogue', 'templates']) watchFolder(join(folder, name), { recursive: true }, () => changed());
  context.print('Waiting for changes; stop with Ctrl+C.');
  for (;;) {
    await new Promise<void>((resolved) => {
      changed = resolved;
    });
    await delay(QUIET_MS);
    await once(context).catch((fault: unknown) => {
      if (!(fault instanceof Failure)) throw fault;
      context.print(fault.message);
    });
  }
}
