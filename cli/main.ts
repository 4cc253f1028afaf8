import { parseArgs } from 'node:util';
import { didYouMean } from '#schemas/suggest.ts';
import { block, unblock } from './block.ts';
import { captcha } from './captcha.ts';
import { type Command, type Context, Failure, Misuse } from './command.ts';
import { costs } from './costs.ts';
import { customer } from './customer.ts';
import { draw } from './draw.ts';
import { erase } from './erase.ts';
import { explain } from './explain.ts';
import { exportCommand } from './export.ts';
import { commandHelp, help } from './help.ts';
import { keys } from './keys.ts';
import { learn } from './learn.ts';
import { ledger } from './ledger.ts';
import { loyalty } from './loyalty.ts';
import { plan } from './plan.ts';
import { predict } from './predict.ts';
import { preview } from './preview.ts';
import { publish } from './publish.ts';
import { releases } from './releases.ts';
import { report } from './report.ts';
import { rollback } from './rollback.ts';
import { sendTest } from './send-test.ts';
import { simulate } from './simulate.ts';
import { test } from './test.ts';
import { timeline } from './timeline.ts';
import { validate } from './validate.ts';
import { vouchers } from './vouchers.ts';

export const commands: readonly Command[] = [
  validate,
  test,
  simulate,
  draw,
  predict,
  preview,
  sendTest,
  plan,
  publish,
  releases,
  rollback,
  learn,
  customer,
  timeline,
  explain,
  block,
  unblock,
  exportCommand,
  erase,
  loyalty,
  vouchers,
  ledger,
  report,
  costs,
  keys,
  captcha,
];

export type Surroundings = Pick<Context, 'env' | 'cwd' | 'print'> & { readonly complain: (line: string) => void };

/** Runs one command line; answers the exit code: 0 done, 1 refused or not there, 2 not understood. */
export async function main(argv: readonly string[], { complain, ...surroundings }: Surroundings): Promise<number> {
  try {
    return await run(argv, surroundings);
  } catch (fault) {
    if (fault instanceof Misuse) {
      complain(
        `rekindle: ${fault.message.replace(/[.?]?$/, (end) => end || '.')} See: rekindle ${[commandOf(argv)?.name, '--help'].filter(Boolean).join(' ')}`,
      );
      return 2;
    }
    if (!(fault instanceof Failure)) throw fault;
    complain(`rekindle: ${fault.message}`);
    return 1;
  }
}

async function run(argv: readonly string[], surroundings: Omit<Surroundings, 'complain'>): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || ['--help', '-h', 'help'].includes(name)) {
    const about = rest[0] === undefined ? undefined : commandOf(rest);
    surroundings.print(about === undefined ? help(commands) : commandHelp(about));
    return name === undefined ? 2 : 0;
  }
  const command = commandOf(argv);
  if (command === undefined)
    throw new Misuse(
      `there is no command ${name}: ${didYouMean(
        name,
        commands.map((one) => one.name),
        'the help lists those that there are',
      )}`,
    );
  const { values, positionals } = parsed(command, rest);
  if (values.help === true) {
    surroundings.print(commandHelp(command));
    return 0;
  }
  return command.run({ ...surroundings, args: positionals, options: values });
}

function commandOf([name]: readonly string[]): Command | undefined {
  return commands.find((one) => one.name === name);
}

function parsed({ options }: Command, args: readonly string[]): { values: Context['options']; positionals: string[] } {
  const known = Object.entries(options).map(([name, { type }]) => [name, { type }] as const);
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...Object.fromEntries(known), help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    return { values: values as Context['options'], positionals };
  } catch (fault) {
    throw new Misuse((fault as Error).message.split('. ', 1)[0] ?? 'the options are not understood');
  }
}
