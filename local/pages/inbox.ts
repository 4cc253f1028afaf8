import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Page } from './start.ts';

/** The inbox as one self-contained page; mails are fetched from `/_local/inbox`. */
export function inboxPage(): Page {
  made ??= makePage();
  return made;
}

let made: Page | undefined;

function makePage(): Page {
  const style = read(new URL('./inbox.css', import.meta.url));
  const script = read(new URL('./inbox.client.js', import.meta.url));
  const body = read(new URL('./inbox.html', import.meta.url))
    .replace('<style></style>', () => `<style>${style}</style>`)
    .replace('<script></script>', () => `<script>${script}</script>`);
  const hash = createHash('sha256').update(script).digest('base64');
  // Frames of mails inherit this policy: images, fonts and styles of a mail may come from anywhere, its scripts never run.
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${hash}'`,
    "style-src 'unsafe-inline' https: http:",
    'img-src * data: blob:',
    'font-src * data:',
    "connect-src 'self'",
    "frame-src 'self' data: blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return { body, policy };
}

function read(file: URL): string {
  return readFileSync(file, 'utf8');
}
