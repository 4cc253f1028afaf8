/** A small catalogue that publishes without a problem. What is given is put over it; undefined takes a file out. */
export function catalogueFiles(changes: Readonly<Record<string, object | string | undefined>> = {}): Record<string, string> {
  const all = { ...files, ...changes };
  return Object.fromEntries(
    Object.entries(all).flatMap(([path, content]) => {
      if (content === undefined) return [];
      return [[path, typeof content === 'string' ? content : JSON.stringify(content)] as const];
    }),
  );
}

export const welcome = {
  id: 'welcome',
  name: 'Welcome',
  trigger: { type: 'event', event: 'Signed Up' },
  reentry: { mode: 'once' },
  exitWhen: [{ event: 'Order Completed' }],
  steps: [
    { id: 'pause', type: 'delay', for: 'P1D' },
    { id: 'hello', type: 'send_email', template: 'welcome', topic: 'newsletter' },
  ],
};

const mail = `---
subject: Welcome{% if customer.firstName %}, {{ customer.firstName }}{% endif %}
preheader: Good to have you here
topic: newsletter
---
<mj-section>
  <mj-column>
    <mj-text>Hello {{ customer.firstName | default: 'you' }}</mj-text>
  </mj-column>
</mj-section>
`;

const files: Readonly<Record<string, object | string | undefined>> = {
  'catalogue/topics.json': {
    topics: [
      { id: 'newsletter', name: 'Newsletter', description: 'Once a month: what is new.', type: 'marketing' },
      { id: 'offers', name: 'Offers', description: 'Discounts, now and then.', type: 'marketing' },
      { id: 'orders', name: 'Orders', type: 'transactional' },
    ],
  },
  'catalogue/policy.json': {
    sender: { name: 'Casa' },
    brand: { name: 'Casa', postalAddress: 'Rua Augusta 1, 1100-048 Lisboa' },
    zone: 'Europe/Lisbon',
    locale: 'en',
  },
  'catalogue/segments/big-spenders.json': {
    id: 'big-spenders',
    name: 'Big spenders',
    when: { event: 'Order Completed', sum: { property: 'revenue', gte: 500 } },
  },
  'catalogue/journeys/welcome.json': welcome,
  'templates/welcome.mjml': mail,
};
