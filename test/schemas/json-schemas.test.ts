import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { jsonSchemas } from '#schemas/json/json-schemas.ts';
import { rules } from '#schemas/rules.ts';

test.each(Object.entries(jsonSchemas()))(
  'schemas/json/%s.schema.json is what the zod definition says (npm run schemas)',
  (name, schema) => {
    expect(readFileSync(new URL(`../../schemas/json/${name}.schema.json`, import.meta.url), 'utf8')).toBe(schema);
  },
);

test('the JSON Schemas know the keys, refuse others and explain themselves', () => {
  const journey = JSON.parse(jsonSchemas().journey ?? '{}');
  expect(journey).toMatchObject({ additionalProperties: false, required: ['id', 'name', 'trigger', 'steps'] });
  expect(journey.properties.status.description).toContain('paused');
});

test('each rule says why it is there and what to do', () => {
  for (const { why, fix } of Object.values(rules))
    expect([why, fix]).toEqual([expect.stringMatching(/\.$/), expect.stringMatching(/\.$/)]);
});
