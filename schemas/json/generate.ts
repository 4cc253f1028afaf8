/** Writes the JSON Schemas that the files of the catalogue name, so that an editor completes, explains and checks them. */
import { writeFileSync } from 'node:fs';
import { jsonSchemas } from './json-schemas.ts';

for (const [name, schema] of Object.entries(jsonSchemas())) {
  writeFileSync(new URL(`${name}.schema.json`, import.meta.url), schema);
}
