/** Runs one benchmark in this process and tells the rows to whoever started it. */
import { type BenchName, benchNames, loadBench } from './bench.ts';

const [name, mode] = process.argv.slice(2);
if (!isBench(name)) throw new Error(`there is no benchmark "${name}"`);
const run = await loadBench(name);
const rows = await run({ quick: mode === 'quick', progress: (line) => process.stderr.write(`  ${line}\n`) });
if (process.send === undefined) console.log(JSON.stringify(rows, null, 2));
else process.send(rows, () => process.exit(0));

function isBench(text: string | undefined): text is BenchName {
  return benchNames.some((known) => known === text);
}
