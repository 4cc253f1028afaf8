import { readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';

/** The text of `minified.ts`: what browsers get, as a constant, because a function has no other file than its bundle. */
export function minifiedModule(): string {
  const source = readFileSync(new URL('rekindle.client.js', import.meta.url), 'utf8');
  const { code } = transformSync(source, { minify: true, target: 'es2022', tsconfigRaw: '{}' });
  return `/** Made by \`npm run snippet\` from rekindle.client.js. */\nexport const minified = ${JSON.stringify(code.trim())};\n`;
}
