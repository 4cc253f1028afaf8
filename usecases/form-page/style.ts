/** The style of our pages: system fonts, light and dark, from a phone's width upwards. Contrasts meet WCAG AA. */
export const style = `
:root { --ground: #f4f1ec; --card: #fff; --text: #1a1d23; --soft: #5b6270; --line: #8a919e; --accent: #1f5c48; --on-accent: #fff; --bad: #b42318; --bad-ground: #fef3f2; --good: #067647; --good-ground: #e3f6ec; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #12130f; --card: #1a1d23; --text: #eceef2; --soft: #a5acb9; --line: #6b7380; --accent: #8fd0b4; --on-accent: #0b231a; --bad: #ff9c92; --bad-ground: #35191a; --good: #75e0a7; --good-ground: #12301f; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; min-height: 100dvh; padding: 16px; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; display: grid; align-items: center; }
main { width: 100%; min-width: 0; max-width: 30rem; margin: 0 auto; padding: 28px 24px 32px; background: var(--card); border-radius: 16px; box-shadow: 0 1px 2px rgb(0 0 0 / .06), 0 8px 32px rgb(0 0 0 / .06); overflow-wrap: anywhere; }
@media (min-width: 560px) { main { padding: 40px 44px 44px; } }
main > :last-child { margin-bottom: 0; }
h1 { margin: 0 0 16px; font-size: 1.625rem; line-height: 1.25; letter-spacing: -.01em; text-wrap: balance; }
.brand { margin: 0 0 6px; color: var(--soft); font-size: .9375rem; font-weight: 600; }
.hint { margin: 0 0 20px; color: var(--soft); font-size: .875rem; }
.field { margin: 0 0 20px; }
.field > label { display: block; margin: 0 0 6px; font-weight: 600; }
.star { color: var(--bad); }
input:not([type=checkbox]), select { width: 100%; min-height: 48px; padding: 10px 14px; border: 1px solid var(--line); border-radius: 10px; background: var(--card); color: inherit; font: inherit; }
select { padding-inline: 10px; }
[aria-invalid=true]:not([type=checkbox]) { border-color: var(--bad); box-shadow: inset 0 0 0 1px var(--bad); }
.tickable { display: grid; grid-template-columns: auto 1fr; gap: 12px; align-items: start; }
.tickable input { width: 22px; height: 22px; margin: 1px 0 0; accent-color: var(--accent); }
.tickable label { font-size: .9375rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.tickable + .error { margin-left: 34px; }
.error { margin-top: 6px; margin-bottom: 0; color: var(--bad); font-size: .9375rem; }
.summary { margin: 0 0 24px; padding: 14px 16px; border-radius: 10px; background: var(--bad-ground); color: var(--bad); }
.summary ul { margin: 6px 0 0; padding-left: 20px; }
a { color: var(--accent); }
.summary a { color: inherit; }
button { width: 100%; min-height: 50px; margin-top: 4px; padding: 12px 20px; border: 0; border-radius: 10px; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; cursor: pointer; }
button:hover { filter: brightness(1.08); }
.tick { width: 56px; height: 56px; margin: 20px 0; border-radius: 50%; background: var(--good-ground); color: var(--good); font-size: 1.75rem; line-height: 56px; text-align: center; }
.captcha { margin: 0 -12px 20px 0; overflow-x: auto; }
.captcha > div { min-height: 78px; }
.aside, .unseen { position: absolute; left: -10000px; width: 1px; height: 1px; overflow: hidden; }
@media (forced-colors: active) { main { border: 1px solid; } }
`;
