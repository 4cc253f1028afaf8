/** One page that shows a mail as phones and desktops do, by day and by night, with its text part and its values. */
import type { Json } from '#core/json.ts';
import { samplePictures } from '#usecases/compile-catalogue/sample-variables.ts';
import { type Markup, markup } from '#usecases/pages/markup.ts';
import type { MailPreview } from '#usecases/preview-mail.ts';

export function previewPage(preview: MailPreview): string {
  const { template, locale, subject, preheader, from, text, bytes, skip, variables } = preview;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['From', from],
    ['Sent by', preview.journey === undefined ? 'no journey yet' : `${preview.journey}, step ${preview.step}`],
    ['Topic', preview.topic],
    ['Customer', preview.customer ?? 'sample values'],
    ['Language', `${locale} (there are ${preview.locales.join(', ')})`],
    ['Size', `${kilobytes(bytes)} of HTML; Gmail cuts off a mail at 102 KB`],
  ];
  const page = markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${subject} · ${template}</title>
<style>${{ markup: STYLE }}</style></head>
<body>
<header>
<div class="line"><h1>${template}</h1><fieldset><legend>The reader likes it</legend>
<label><input type="radio" name="look" value="light" checked> light</label><label><input type="radio" name="look" value="dark"> dark</label></fieldset></div>
${skip !== undefined && markup`<p class="skip"><strong>It would not be sent:</strong> ${skip}</p>`}
<div class="inbox"><b>${subject}</b> <span>${preheader}</span></div>
<dl>${facts.flatMap(([name, value]) => (value === undefined ? [] : [markup`<div><dt>${name}</dt><dd>${value}</dd></div>`]))}</dl>
</header>
<main>
<section><h2>Desktop</h2><iframe title="The mail on a desktop" width="720" sandbox="allow-same-origin allow-popups"></iframe></section>
<section><h2>Phone</h2><iframe title="The mail on a phone" width="375" sandbox="allow-same-origin allow-popups"></iframe></section>
<section><h2>Text part</h2><pre>${text}</pre></section>
<section class="values"><h2>Variables</h2><table><thead><tr><th>Variable</th><th>Value</th></tr></thead><tbody>${variables.map(row)}</tbody></table></section>
</main>
<script id="mail" type="application/json">${{ markup: inScript(withPictures(preview.html)) }}</script>
<script>${{ markup: SCRIPT }}</script>
</body></html>
`;
  return page.markup;
}

export function kilobytes(bytes: number): string {
  return `${Math.max(1, Math.round(bytes / 1000))} KB`;
}

function row({ path, value, required }: MailPreview['variables'][number]): Markup {
  const shown =
    value === undefined ? (required ? 'missing, and required' : 'none: the template has words for that') : textOf(value);
  const state = value !== undefined ? '' : required ? 'missing' : 'none';
  return markup`<tr class="${state}"><td><code>${path}</code>${required && markup` <em>required</em>`}</td><td>${shown}</td></tr>`;
}

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value, null, 1));

/** Nothing in a text can end the element that it stands in. */
const inScript = (html: string): string => JSON.stringify(html).replaceAll('<', '\\u003c');

/** Sample products have pictures, and nobody's server is asked for them. */
function withPictures(html: string): string {
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="160" height="160"><rect width="160" height="160" fill="#dcd6ca"/><path d="M80 36c34 22 34 66 0 88-34-22-34-66 0-88z" fill="#8fa89a"/></svg>`;
  return html.replace(
    new RegExp(`${samplePictures.replaceAll('.', '\\.')}[\\w.-]+`, 'g'),
    `data:image/svg+xml;base64,${Buffer.from(picture).toString('base64')}`,
  );
}

const STYLE = `
:root{color-scheme:light}*{box-sizing:border-box}
body{margin:0;font:15px/1.5 system-ui,sans-serif;color:#24272b;background:#eceef0}
header{padding:20px 28px;background:#fff;border-bottom:1px solid #d8dbdf}
.line{display:flex;flex-wrap:wrap;justify-content:space-between;gap:12px;align-items:center}
h1{margin:0;font-size:22px}h2{margin:0 0 8px;font-size:13px;font-weight:600;color:#59606a}
fieldset{display:flex;gap:14px;align-items:center;border:1px solid #c9cdd3;border-radius:8px;margin:0;padding:4px 14px 8px}legend{font-size:12px;color:#59606a}
.inbox{margin:14px 0;padding:12px 16px;border:1px solid #d8dbdf;border-radius:10px;background:#fafbfc;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}.inbox span{color:#59606a}
.skip{margin:14px 0 0;padding:10px 16px;border-radius:10px;background:#fdecea;color:#8a1c12}
dl{display:flex;flex-wrap:wrap;gap:6px 28px;margin:0}dl div{display:flex;gap:8px}dt{color:#59606a}dd{margin:0}
main{display:flex;flex-wrap:wrap;gap:28px;padding:28px;align-items:flex-start}
iframe{display:block;border:1px solid #c9cdd3;border-radius:12px;background:#fff;max-width:100%;height:600px}
pre{margin:0;padding:18px;width:420px;max-width:100%;white-space:pre-wrap;overflow-wrap:anywhere;background:#fff;border:1px solid #c9cdd3;border-radius:12px;font:13px/1.6 ui-monospace,monospace}
table{border-collapse:collapse;background:#fff;border:1px solid #c9cdd3;border-radius:12px;max-width:640px}
th,td{text-align:left;vertical-align:top;padding:7px 14px;border-bottom:1px solid #e6e8eb;overflow-wrap:anywhere;white-space:pre-wrap;font-size:13px}
td em{font-style:normal;font-size:11px;color:#59606a}.missing td{background:#fdecea;color:#8a1c12}.none td:last-child{color:#59606a}
`;

/** A look is shown by making its rules hold for everybody: the frame then does not depend on the machine's own setting. */
const SCRIPT = `
const mail = JSON.parse(document.getElementById('mail').textContent);
const frames = [...document.querySelectorAll('iframe')];
const show = (look) => {
  const html = mail.replace(/@media\\s*\\(prefers-color-scheme:\\s*dark\\)/g, look === 'dark' ? '@media all' : '@media not all')
    .replace(/<head[^>]*>/, (head) => head + '<base target="_blank"><style>:root{color-scheme:' + look + ' !important}</style>');
  for (const frame of frames) frame.srcdoc = html;
};
for (const frame of frames) frame.addEventListener('load', () => {
  frame.style.height = frame.contentDocument.documentElement.scrollHeight + 2 + 'px';
});
for (const input of document.querySelectorAll('input[name=look]')) input.addEventListener('change', () => show(input.value));
show(document.querySelector('input[name=look]:checked').value);
`;
