/**
 * Writes the JSON Schemas that the files of the catalogue name, so that an editor completes, explains and checks them, and
 * the page of the rules that go beyond a schema.
 */
import { writeFileSync } from 'node:fs';
import { rulesDocument } from '../rules/rules-document.ts';
import { jsonSchemas } from './json-schemas.ts';

for (const [name, schema] of Object.entries(jsonSchemas())) {
  writeFileSync(new URL(`${name}.schema.json`, import.meta.url), schema);
}
writeFileSync(new URL('../../docs/rules.md', import.meta.url), rulesDocument());
