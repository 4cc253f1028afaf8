import { style } from '../form-page/style.ts';
import { type Markup, markup } from './markup.ts';

export type PageParts = {
  /** The language of the page, a BCP 47 tag. */
  readonly lang: string;
  readonly title: string;
  /** Whose page it is; absent where nobody can say. */
  readonly brand?: { readonly name: string };
  readonly body: Markup;
};

/** A whole page for recipients: no scripts, nothing loaded, readable on a phone, by night and without sight. */
export function pageOf({ lang, title, brand, body }: PageParts): string {
  return markup`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}${brand && ` · ${brand.name}`}</title>
<style>${{ markup: STYLE }}</style>
</head>
<body>
<main>
${brand && markup`<p class="brand">${brand.name}</p>`}
${body}
</main>
</body>
</html>
`.markup;
}

/** The style of forms, and what only these pages need. */
const STYLE = `${style}
.quiet { color: var(--soft); font-size: .9375rem; }
.banner { margin: 0 0 20px; padding: 12px 16px; border-radius: 10px; background: var(--good-ground); color: var(--good); }
.banner.warning { background: var(--bad-ground); color: var(--bad); }
p { margin: 0 0 16px; }
main > :last-child, form > :last-child { margin-bottom: 0; }
form { margin: 0 0 20px; }
fieldset { min-width: 0; margin: 0 0 20px; padding: 0; border: 0; }
.choice { display: grid; grid-template-columns: auto 1fr; gap: 2px 14px; align-items: start; padding: 14px 0; border-top: 1px solid var(--rule); font-weight: 600; cursor: pointer; }
.choice:last-child { border-bottom: 1px solid var(--rule); }
.choice input { width: 22px; height: 22px; margin: 1px 0 0; accent-color: var(--accent); }
.choice small.waiting { color: var(--text); }
.choice small { grid-column: 2; color: var(--soft); font-size: .9375rem; font-weight: 400; }
:root { --rule: #e3e5ea; }
@media (prefers-color-scheme: dark) { :root { --rule: #343943; } }
button.second { border: 1px solid var(--line); background: none; color: inherit; font-weight: 400; }
`;
