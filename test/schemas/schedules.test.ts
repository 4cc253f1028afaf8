/** How often things are done by themselves, as the catalogue says it. */
import { expect, test } from 'vitest';
import { compileCatalogue } from '#usecases/compile-catalogue.ts';
import { catalogueFiles } from '../support/catalogue-files.ts';

const policy = {
  sender: { name: 'Shop' },
  brand: { name: 'Shop', postalAddress: 'Rua 1, Porto' },
  zone: 'Europe/Lisbon',
  locale: 'en',
};
const learning = (settings: object) => ({ 'catalogue/prediction.json': settings });
const reporting = (every: string) => ({ 'catalogue/policy.json': { ...policy, reports: { every } } });

test.each([
  [learning({ learnEvery: 'P1D' })],
  [learning({ learnEvery: 'P2W' })],
  [learning({ learnEvery: 'P90D', maxAge: 'P91D' })],
  [reporting('P1D')],
  [reporting('P1M')],
  [reporting('never')],
])('%j is taken', async (files) => {
  expect((await compileCatalogue(catalogueFiles(files))).compiled).toBeDefined();
});

test.each([
  [learning({ learnEvery: 'PT6H' }), 'learnEvery', 'not a number of days up to 90'],
  [learning({ learnEvery: 'P91D', maxAge: 'P1Y' }), 'learnEvery', 'not a number of days up to 90'],
  [learning({ learnEvery: 'P45D' }), 'learnEvery', 'as long as "maxAge", or longer'],
  [learning({ maxAge: 'P7D' }), 'learnEvery', 'as long as "maxAge", or longer'],
  [reporting('PT12H'), 'reports.every', 'not a number of days up to a month'],
  [reporting('P60D'), 'reports.every', 'not a number of days up to a month'],
  [reporting('sometimes'), 'reports.every', ''],
])('%j is refused at %s: %s', async (files, path, message) => {
  const { compiled, problems } = await compileCatalogue(catalogueFiles(files));
  expect(compiled).toBeUndefined();
  expect(problems).toContainEqual(expect.objectContaining({ path, message: expect.stringContaining(message) }));
});
