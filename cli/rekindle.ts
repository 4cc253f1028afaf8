#!/usr/bin/env node
import { main } from './main.ts';

process.exitCode = await main(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  print: (line) => console.log(line),
  complain: (line) => console.error(line),
});
