/** Writes what `GET /rekindle.js` serves. */
import { writeFileSync } from 'node:fs';
import { minifiedModule } from './minify.ts';

writeFileSync(new URL('minified.ts', import.meta.url), minifiedModule());
