import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { adminShop, annSignsUp } from '../support/admin-shop.ts';
import { catalogueFiles } from '../support/catalogue-files.ts';
import { commandLine } from '../support/command-line.ts';
import { serve } from '../support/serve.ts';

const cart = `---
subject: Your basket
preheader: It is all still there
variables:
  - event.products
---
<mj-section><mj-column><mj-text>Hi {{ customer.firstName | default: "you" }}{% for p in event.products %}, {{ p.name }}: <img src="{{ p.image_url }}" alt="{{ p.name }}" />{% endfor %}</mj-text></mj-column></mj-section>
`;

let cli: ReturnType<typeof commandLine>;
let shop: Awaited<ReturnType<typeof adminShop>>;
let server: Awaited<ReturnType<typeof serve>>;
beforeEach(async () => {
  cli = commandLine();
  shop = await adminShop();
  server = await serve(shop.handler);
  cli.write({
    ...catalogueFiles({ 'templates/cart.mjml': cart }),
    'cart.json': '{ "products": [{ "name": "Bowl </script>" }] }',
  });
});
afterEach(async () => {
  await server.close();
  cli.remove();
});

const run = (line: string) => cli.run(line, { REKINDLE_URL: server.url, REKINDLE_KEY: shop.key });
const fileText = (name: string): string => readFileSync(join(cli.folder, name), 'utf8');

describe('preview', () => {
  test('writes a page, the HTML and the text, and says what is in them', async () => {
    const { code, out } = await run('preview welcome');
    expect(code).toBe(0);
    expect(out).toMatch(/^Subject +Welcome, Ana$/m);
    expect(out).toMatch(/^Sent by +welcome\/hello, topic newsletter$/m);
    expect(out).toMatch(/^customer\.firstName +Ana$/m);
    expect(out).toContain('Page: .rekindle/preview/welcome.en.html');
    expect(fileText('.rekindle/preview/welcome.en.mail.html')).toContain('Hello Ana');
    expect(fileText('.rekindle/preview/welcome.en.txt')).toContain('Hello Ana');
  });

  test('shows pictures of sample products without asking anybody for them', async () => {
    await run('preview cart');
    expect(fileText('.rekindle/preview/cart.en.html')).toContain('data:image/svg+xml;base64,');
    expect(fileText('.rekindle/preview/cart.en.html')).not.toContain('src=\\"https://pictures.example');
  });

  test('takes an event from a file, which cannot break out of the page', async () => {
    const { out } = await run('preview cart --event cart.json --out a/b.html');
    expect(out).toContain('Bowl');
    const page = fileText('a/b.html');
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(page).toContain('Bowl &lt;/script&gt;');
  });

  test('shows a customer of a running system, with the draft as it lies here', async () => {
    await run('publish');
    await shop.take(...annSignsUp());
    cli.write({ 'templates/welcome.mjml': (catalogueFiles()['templates/welcome.mjml'] ?? '').replace('Hello', 'Good day') });
    const { out } = await run('preview welcome --customer ann@example.com');
    expect(out).toMatch(/^Subject +Welcome, Ann$/m);
    expect(fileText('.rekindle/preview/welcome.en.txt')).toContain('Good day Ann');
    await run('preview welcome --customer ann@example.com --released');
    expect(fileText('.rekindle/preview/welcome.en.txt')).toContain('Hello Ann');
  });

  test.each([
    ['preview', 2, /TEMPLATE is missing/],
    ['preview welcom', 1, /no template welcom: did you mean "welcome"/],
    ['preview welcome --event nowhere.json', 1, /nowhere.json cannot be read/],
    ['preview welcome --journey thanks', 1, /does not send the template welcome; these do: welcome\/hello/],
    ['preview welcome --customer nobody@example.com', 1, /No such customer/],
    ['send-test welcome', 2, /--to ADDRESS is missing/],
    ['send-test welcome --to ann@example.com', 1, /testRecipients/],
  ])('“%s” ends with %i and says why', async (line, code, says) => {
    const ran = await run(line);
    expect([ran.code, ran.out]).toEqual([code, '']);
    expect(ran.complaints).toMatch(says);
  });

  test('a template with a fault is shown with its place', async () => {
    cli.write({ 'templates/welcome.mjml': `${catalogueFiles()['templates/welcome.mjml']}<mj-text>` });
    const { code, complaints } = await run('preview welcome');
    expect(code).toBe(1);
    expect(complaints).toContain('templates/welcome.mjml:11:1  error  mjml-syntax');
  });
});

test('send-test sends the draft to one address', async () => {
  const { code, out } = await run('send-test cart --to me@example.com --any-address --event cart.json');
  expect([code, out]).toEqual([0, 'Sent to me@example.com: [Test] Your basket (SES id ses-1).']);
  expect(shop.mails.map(({ to, tags }) => [to, tags])).toEqual([['me@example.com', { test: 'cart' }]]);
});
