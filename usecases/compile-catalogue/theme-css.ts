import type { Theme } from '#schemas/theme.ts';

/** Styles that cannot stand in an element: dark mode, which some clients honour and none needs, and the phone. */
export function darkCss(dark: Theme['dark'], light: Theme['light']): string {
  return `:root { color-scheme: light dark; supported-color-schemes: light dark; }
a { color: ${light.accent}; }
h1, h2, h3, p { margin: 0; font: inherit; }
p + p, ul { margin-top: 12px; } ul { margin-bottom: 0; padding-left: 20px; }
.rk-on-accent a { color: ${light.onAccent}; } .rk-muted a { color: ${light.muted}; }
@media only screen and (max-width: 479px) {
.rk-on-accent h1 { font-size: 27px !important; line-height: 34px !important; }
}
@media (prefers-color-scheme: dark) {
.rk-body, .rk-body > div, .rk-outside, .rk-outside > table { background: ${dark.background} !important; background-color: ${dark.background} !important; }
.rk-surface, .rk-surface > table { background: ${dark.surface} !important; background-color: ${dark.surface} !important; }
.rk-soft > table > tbody > tr > td { background: ${dark.soft} !important; background-color: ${dark.soft} !important; }
.rk-hero, .rk-hero > table, .rk-hero > table > tbody > tr > td, .rk-button td, .rk-button a { background: ${dark.accent} !important; background-color: ${dark.accent} !important; }
.rk-warm, .rk-warm > table, .rk-warm > table > tbody > tr > td { background: ${dark.warm} !important; background-color: ${dark.warm} !important; }
.rk-text div, .rk-text h1, .rk-text h2 { color: ${dark.text} !important; }
.rk-text a { color: ${dark.text} !important; }
.rk-muted div, .rk-muted a { color: ${dark.muted} !important; }
.rk-on-accent div, .rk-on-accent h1, .rk-on-accent a, .rk-button a { color: ${dark.onAccent} !important; }
.rk-line p { border-top-color: ${dark.border} !important; }
}`;
}
