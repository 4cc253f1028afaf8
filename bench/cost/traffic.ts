/** What people do, as their browsers and the shop's server report it. */
import { randomUUID } from 'node:crypto';

/** A completed order as a server sends it. Small, so that nobody reaches a tier, which would send a mail. */
export function orderOf(person: number): object {
  const products = [
    { product_id: 'SKU-1001', sku: 'SKU-1001', name: 'Stoneware cup', price: 0.4, quantity: 2, category: 'kitchen' },
    { product_id: 'SKU-2002', sku: 'SKU-2002', name: 'Juniper tea', price: 0.2, quantity: 1, category: 'tea' },
  ];
  return {
    type: 'track',
    messageId: randomUUID(),
    userId: `user-${person}`,
    event: 'Order Completed',
    timestamp: new Date().toISOString(),
    properties: { order_id: randomUUID(), revenue: 1, shipping: 0, tax: 0.2, currency: 'EUR', coupon: null, products },
    context: { library: { name: 'analytics-node', version: '2.2.0' } },
  };
}

/** A look at a product as Segment's browser client sends it, with all the context that it adds. */
export function viewOf(person: number): object {
  const url = 'https://shop.example/kitchen/stoneware-cup?utm_source=newsletter&utm_medium=email&utm_campaign=autumn';
  return {
    type: 'track',
    messageId: `ajs-next-${randomUUID()}`,
    anonymousId: `visitor-${person}`,
    event: 'Product Viewed',
    timestamp: new Date().toISOString(),
    properties: {
      product_id: 'SKU-1001',
      sku: 'SKU-1001',
      name: 'Stoneware cup',
      category: 'kitchen',
      price: 12.5,
      currency: 'EUR',
    },
    context: {
      page: {
        path: '/kitchen/stoneware-cup',
        referrer: 'https://shop.example/kitchen',
        search: '',
        title: 'Stoneware cup | Juniper & Co.',
        url,
      },
      userAgent:
        'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
      campaign: { name: 'autumn', source: 'newsletter', medium: 'email' },
      locale: 'en-GB',
      timezone: 'Europe/Lisbon',
      library: { name: 'analytics.js', version: 'next-1.81.0' },
    },
  };
}

/** A sign-up. The first one of a person leads to the welcome mail, a second one is evaluated and leads to nothing. */
export function leadOf(person: number): object {
  return {
    email: `person-${person}@example.com`,
    firstName: 'Ana',
    consent: true,
    _page: 'https://shop.example/',
    _anonymousId: `visitor-${person}`,
  };
}
