import type { Json, JsonObject } from '#core/json.ts';
import type { MailVariables } from '#core/mail/variables.ts';

/** Examples of one template: `variables:` of its front matter. */
export type Examples = readonly { readonly path: string; readonly example?: string }[];

/**
 * Values for a trial run and for a preview without a customer: everything that is offered, events with the properties of the
 * Segment specs, and over them the examples of the front matter. An example that is written as JSON is read as JSON.
 */
export function sampleVariables(locale: string, examples: Examples): MailVariables {
  const sample = structuredClone({ ...usual, locale }) as Sample;
  for (const { path, example } of examples) {
    if (example !== undefined) put(sample, path.split('.'), exampleValue(example));
    else if (!has(sample, path.split('.'))) put(sample, path.split('.'), 'sample');
  }
  return sample as unknown as MailVariables;
}

type Sample = { [name: string]: Json };

/** Pictures of these are drawn by the preview itself: a sample must not call on somebody's server. */
export const samplePictures = 'https://pictures.example/';

const usual: JsonObject = {
  customer: {
    id: 'cus_sample',
    email: 'ana@example.com',
    firstName: 'Ana',
    lastName: 'Silva',
    birthday: '1990-05-14',
    timezone: 'Europe/Lisbon',
  },
  event: {
    order_id: '1042',
    cart_id: 'c-77',
    total: 84.5,
    revenue: 84.5,
    currency: 'EUR',
    products: [
      {
        product_id: 'cup',
        name: 'Stoneware cup',
        price: 24.5,
        quantity: 2,
        url: 'https://shop.example/cup',
        image_url: `${samplePictures}cup.png`,
      },
      {
        product_id: 'linen',
        name: 'Linen tea towel',
        price: 35.5,
        quantity: 1,
        url: 'https://shop.example/linen',
        image_url: `${samplePictures}linen.png`,
      },
    ],
  },
  loyalty: {
    points: 1240,
    pending: 60,
    spend: 124,
    currency: 'EUR',
    expiring: { points: 320, at: '2026-12-31T23:59:59Z' },
    tier: {
      id: 'sample',
      name: 'Silver',
      benefits: ['Free delivery on every order', 'First look at each new season'],
      attributes: {},
      since: '2026-01-15T09:00:00Z',
    },
    next: { id: 'gold', name: 'Gold', missing: 376 },
    keep: { missing: 40, until: '2026-12-31T23:59:59Z' },
  },
  voucher: { code: 'JUNIPER-7KQ2', validUntil: '2026-12-31T23:59:59Z', description: '20 % off your next order' },
  links: {
    unsubscribe: 'https://example.com/u',
    preferences: 'https://example.com/p',
    view: 'https://example.com/v',
    confirm: 'https://example.com/c',
    referral: 'https://example.com/?friend=FRIEND-7KQ2M-X3F0H-4',
  },
  brand: { name: 'Juniper & Co.', postalAddress: 'Rua das Flores 128, 4050-262 Porto', url: 'https://example.com' },
  journey: { id: 'sample', name: 'Sample' },
  message: { id: 'msg_sample' },
  zone: 'Europe/Lisbon',
};

function exampleValue(example: string): Json {
  if (!/^[[{]/.test(example)) return example;
  try {
    return JSON.parse(example) as Json;
  } catch {
    return example;
  }
}

function has(target: Json | undefined, [head, ...rest]: readonly string[]): boolean {
  if (head === undefined) return target !== undefined;
  if (typeof target !== 'object' || target === null || !Object.hasOwn(target, head)) return false;
  return has((target as Sample)[head], rest);
}

function put(target: Sample, path: readonly string[], value: Json): void {
  const [head, ...rest] = path;
  if (head === undefined || head === '__proto__') return;
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  const inner = target[head];
  const next = (typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner : {}) as Sample;
  target[head] = next;
  put(next, rest, value);
}
