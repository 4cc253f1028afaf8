/**
 * What every mail has around its own content: the theme in the head, the logo above, and below what the law and the mailbox
 * providers ask for. A template may be a whole `<mjml>` document or only what goes into its body.
 */
import type { Theme } from '#schemas/theme.ts';
import { footer } from './footer.ts';
import { darkCss } from './theme-css.ts';

export type Frame = { readonly locale: string; readonly theme: Theme };

/** The source as a whole document. Lines stay where they are, so that errors are reported on the writer's own lines. */
export function laidOut(source: string, frame: Frame): string {
  const above = logo(frame.theme);
  const below = footer(frame.locale);
  if (!/<mjml\b/.test(source)) {
    return `${documentStart(frame)}<mj-head>${head(frame.theme)}</mj-head><mj-body>${above}${source}${below}</mj-body></mjml>`;
  }
  const withHead = /<mj-head\b[^>]*>/.test(source)
    ? source.replace(/<mj-head\b[^>]*>/, (tag) => tag + head(frame.theme))
    : source.replace(/<mjml\b[^>]*>/, (tag) => `${tag}<mj-head>${head(frame.theme)}</mj-head>`);
  return withHead
    .replace(/<mjml>/, documentStart(frame))
    .replace(/<mj-body\b[^>]*>/, (tag) => tag + above)
    .replace(/<\/mj-body>/, () => `${below}</mj-body>`);
}

const documentStart = ({ locale }: Frame): string =>
  `<mjml lang="${locale}" dir="${/^(?:ar|fa|he|ur)\b/.test(locale) ? 'rtl' : 'ltr'}">`;

function head({ light, dark, fonts, radius }: Theme): string {
  return `<mj-raw><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><meta name="format-detection" content="telephone=no,date=no,address=no,email=no"></mj-raw>
<mj-breakpoint width="480px" />
<mj-attributes>
<mj-all font-family="${fonts.body}" />
<mj-body background-color="${light.background}" css-class="rk-body" width="600px" />
<mj-wrapper padding="0" />
<mj-section background-color="${light.surface}" css-class="rk-surface" padding="0 24px" />
<mj-column padding="0" />
<mj-text color="${light.text}" css-class="rk-text" font-size="16px" line-height="26px" padding="8px 16px" />
<mj-button background-color="${light.accent}" color="${light.onAccent}" css-class="rk-button" font-size="16px" font-weight="600" border-radius="999px" inner-padding="15px 30px" padding="16px 16px 24px" align="left" />
<mj-divider border-color="${light.border}" border-width="1px" css-class="rk-line" padding="16px" />
<mj-class name="hero" background-color="${light.accent}" border-radius="${radius}px ${radius}px 0 0" css-class="rk-hero" padding="44px 24px 40px" />
<mj-class name="hero-warm" background-color="${light.warm}" border-radius="${radius}px ${radius}px 0 0" css-class="rk-warm" padding="44px 24px 40px" />
<mj-class name="last" border-radius="0 0 ${radius}px ${radius}px" padding="0 24px 32px" />
<mj-class name="first" border-radius="${radius}px ${radius}px 0 0" padding="32px 24px 0" />
<mj-class name="box" background-color="${light.soft}" css-class="rk-soft" border-radius="${radius}px" inner-border-radius="${radius}px" padding="20px 8px" />
<mj-class name="ticket" background-color="${light.soft}" css-class="rk-soft" border-radius="${radius}px" inner-border-radius="${radius}px" border="2px dashed ${light.muted}" padding="20px 8px" />
<mj-class name="code" font-family="Menlo, Consolas, 'Courier New', monospace" font-size="20px" line-height="32px" letter-spacing="1px" font-weight="700" />
<mj-class name="eyebrow" color="${light.onAccent}" css-class="rk-on-accent" font-size="13px" line-height="20px" letter-spacing="1.5px" padding="0 16px 8px" />
<mj-class name="headline" color="${light.onAccent}" css-class="rk-on-accent" font-family="${fonts.heading}" font-size="32px" line-height="40px" padding="0 16px" />
<mj-class name="lead" color="${light.onAccent}" css-class="rk-on-accent" font-size="17px" line-height="27px" padding="12px 16px 0" />
<mj-class name="title" font-family="${fonts.heading}" font-size="22px" line-height="30px" padding="16px 16px 4px" />
<mj-class name="figure" font-family="${fonts.heading}" font-size="36px" line-height="46px" />
<mj-class name="small" color="${light.muted}" css-class="rk-muted" font-size="13px" line-height="21px" />
<mj-class name="outside" background-color="${light.background}" css-class="rk-outside" padding="24px 24px 32px" />
</mj-attributes>
<mj-style>${darkCss(dark, light)}</mj-style>`.replaceAll('\n', ' ');
}

function logo({ logo, fonts }: Theme): string {
  if (logo === undefined) return '';
  const inner =
    'text' in logo
      ? `<mj-text align="center" font-family="${fonts.heading}" font-size="22px" line-height="30px" letter-spacing="0.3px" padding="8px 16px">${escaped(logo.text)}</mj-text>`
      : `<mj-image src="${escaped(logo.image)}" alt="${escaped(logo.alt)}" width="${logo.width}px" padding="8px 16px" />`;
  return `<mj-section mj-class="outside" padding="28px 24px 20px"><mj-column>${inner}</mj-column></mj-section>`;
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
