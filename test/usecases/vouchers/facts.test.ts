import { expect, test } from 'vitest';
import { voucherFacts } from '#usecases/vouchers/facts.ts';
import { release } from '../../support/shop.ts';

const shop = release({
  vouchers: [
    {
      id: 'back',
      name: 'Back',
      description: '20 % off',
      translations: { pt: { description: '20 % de desconto' }, 'pt-BR': { description: 'Desconto de 20 %' } },
      codes: 'generated',
    },
  ],
});

test.each([
  ['en', '20 % off'],
  ['de', '20 % off'],
  ['pt', '20 % de desconto'],
  ['pt-PT', '20 % de desconto'],
  ['pt-BR', 'Desconto de 20 %'],
  ['pt_BR', 'Desconto de 20 %'],
])('a mail in %s says what a voucher is worth: %s', (locale, description) => {
  const item = { pk: 'C#cus_1', sk: 'V#1', status: 'issued', code: 'BACK-1', pool: 'back' };
  expect(voucherFacts(item, shop, locale)).toEqual({ code: 'BACK-1', description });
});
