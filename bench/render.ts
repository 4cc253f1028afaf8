import { readFileSync } from 'node:fs';
import { readCatalogueFiles } from '#adapters/files/catalogue-files.ts';
import type { CompiledMail } from '#core/catalogue.ts';
import { renderMail } from '#core/mail/render.ts';
import type { MailVariables } from '#core/mail/variables.ts';
import { compileCatalogue } from '#usecases/compile-catalogue.ts';
import type { Bench } from './bench.ts';
import { cpuInTurns } from './measure.ts';
import { project } from './project.ts';

const TEMPLATE = 'order-confirmation';
const RECIPIENTS = 200;
/** So many lines of an order make a mail of 20 KB. */
const PRODUCTS = 10;

/** Rendering at the time of sending: MJML was compiled when the template was published, as it always is. */
export const renderBench: Bench = async ({ quick, progress }) => {
  progress('compiling the template');
  const mail = await compiled();
  const recipients = Array.from({ length: RECIPIENTS }, (_, index) => variables(index));
  progress('rendering');
  const run = (): void => {
    for (const one of recipients) renderMail(mail, one);
  };
  const rounds = quick ? { rounds: 3, roundMs: 150, warmUpMs: 400 } : { rounds: 15, roundMs: 400, warmUpMs: 2000 };
  const { usual } = await cpuInTurns({ usual: { run, units: RECIPIENTS } }, rounds);
  const { html, text, subject } = renderMail(mail, variables(1));
  const bytes = Buffer.byteLength(html);
  if (Math.abs(bytes - 20_000) > 2000) throw new Error(`the mail has ${bytes} bytes, which is not about 20 KB`);
  const notes = [
    `HTML of ${bytes} bytes, text of ${Buffer.byteLength(text)} bytes, subject (“${subject}”) and preheader; ${PRODUCTS} passes of a loop, money and dates in the recipient's language, conditions; ${RECIPIENTS} recipients in turns`,
  ];
  return [
    { what: 'mails of 20 KB with a loop rendered, one core', figure: 1e6 / usual, unit: '/s', bound: { atLeast: 10_000 }, notes },
    { what: 'one mail', figure: usual, unit: 'µs' },
  ];
};

/** The template as publishing compiles it, in the frame of the project's own catalogue. */
async function compiled(): Promise<CompiledMail> {
  const source = readFileSync(new URL(`./render/${TEMPLATE}.mjml`, import.meta.url), 'utf8');
  const files = { ...readCatalogueFiles(project), [`templates/${TEMPLATE}.mjml`]: source };
  const { compiled: catalogue, problems } = await compileCatalogue(files);
  const mail = catalogue?.templates.find(({ name }) => name === TEMPLATE)?.locales.en;
  const errors = problems.filter(({ severity }) => severity === 'error').map(({ file, message }) => `${file}: ${message}`);
  if (mail === undefined) throw new Error(`the catalogue does not compile: ${errors.join('; ')}`);
  return mail;
}

function variables(index: number): MailVariables {
  const products = Array.from({ length: PRODUCTS }, (_, line) => ({
    sku: `SKU-${index}-${line}`,
    name: `Stoneware cup & saucer no. ${line}`,
    ...(line % 2 === 0 && { variant: 'Juniper Green' }),
    quantity: 1 + (line % 3),
    price: 12.5 + line,
  }));
  return {
    customer: {
      id: `cus_${index}`,
      email: `person-${index}@example.com`,
      firstName: ['Ana', "O'Neil", 'Zoë'][index % 3] ?? 'Ana',
    },
    event: {
      order_id: `100${index}`,
      placedAt: '2026-11-20T18:30:00Z',
      currency: 'EUR',
      revenue: 104.5 + index,
      shipping: 4.9,
      address: { street: 'Rua Augusta 1', city: 'Lisboa' },
      products,
    },
    loyalty: {
      points: 1240 + index,
      pending: 0,
      spend: 320,
      currency: 'EUR',
      tier: { id: 'silver', name: 'Silver', since: '2026-01-01T00:00:00.000Z' },
      next: { id: 'gold', name: 'Gold', missing: 180 },
    },
    links: { view: `https://go.example/v/${'x'.repeat(120)}${index}`, preferences: `https://go.example/p/${'x'.repeat(120)}` },
    brand: { name: 'Juniper & Co.', postalAddress: 'Rua das Flores 128, Porto', url: 'https://juniper.example' },
    journey: { id: 'orders', name: 'Orders' },
    message: { id: `msg_${index}` },
    locale: index % 4 === 0 ? 'pt' : 'en',
    zone: 'Europe/Lisbon',
  };
}
