/** A page, with the content security policy that it needs. */
export type Page = { readonly body: string; readonly policy: string };

/** The front door: where to go from here. */
export function indexPage(): Page {
  return { body: INDEX, policy: "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'" };
}

const INDEX = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rekindle · local cloud</title>
<style>
  :root { color-scheme: light dark; --line: light-dark(#e2e4ea, #333842); --soft: light-dark(#5b6270, #a0a7b4); --accent: light-dark(#c2410c, #fb923c); }
  body { font: 16px/1.55 system-ui, sans-serif; max-width: 40rem; margin: 12vh auto 0; padding: 0 1.25rem; }
  h1 { font-size: 1.6rem; margin: 0; }
  p { color: var(--soft); margin: .3rem 0 1.6rem; }
  ul { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
  li { border-bottom: 1px solid var(--line); }
  a { display: flex; justify-content: space-between; gap: 1rem; padding: .75rem .25rem; color: inherit; text-decoration: none; }
  a:hover, a:focus-visible { color: var(--accent); }
  code { color: var(--soft); font-size: .875rem; }
</style>
</head>
<body>
<h1>Rekindle</h1>
<p>The local cloud is running. It serves the stack that is deployed, on this machine.</p>
<ul>
  <li><a href="/inbox">Inbox: the mail that was sent, and the clock <code>/inbox</code></a></li>
  <li><a href="/f/newsletter">A form to try <code>/f/newsletter</code></a></li>
  <li><a href="/_local/dead-letters">What could not be processed, and why <code>/_local/dead-letters</code></a></li>
  <li><a href="/_local/clock">The virtual clock <code>/_local/clock</code></a></li>
  <li><a href="/health">Health <code>/health</code></a></li>
</ul>
</body>
</html>
`;
