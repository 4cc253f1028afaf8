import type { MiddlewareObj } from '@middy/core';
import type { Reply, Request } from './http.ts';

/** Headers that every answer needs; what a handler sets itself stays. */
export function securityHeaders(): MiddlewareObj<Request, Reply> {
  const secure = (request: { response: Reply | null | undefined }): void => {
    const reply = request.response;
    if (!reply) return;
    const isPage = reply.headers?.['content-type']?.startsWith('text/html') ?? false;
    request.response = { ...reply, headers: { ...ALWAYS, ...(isPage && PAGE), ...reply.headers } };
  };
  return { after: secure, onError: secure };
}

const ALWAYS = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' };

/** Nothing may run or be loaded in a page of ours but its own style, unless it says so itself; an address may hold a token, so it is told to nobody else. */
const PAGE = {
  'content-security-policy': contentSecurityPolicy(),
  'referrer-policy': 'same-origin',
  'x-frame-options': 'DENY',
};

export type PolicyOptions = {
  /** Where the page's forms may lead besides here. */
  readonly formAction?: string;
  readonly img?: string;
  /** Where a widget in the page comes from: what it may load, by directive. */
  readonly widget?: { readonly [directive in 'script' | 'frame' | 'style' | 'connect']?: string };
};

/** The policy of a page. */
export function contentSecurityPolicy({ formAction = '', img = '', widget = {} }: PolicyOptions = {}): string {
  return [
    "default-src 'none'",
    `style-src ${["'unsafe-inline'", widget.style].filter(Boolean).join(' ')}`,
    ...(['script', 'frame', 'connect'] as const).flatMap((name) => (widget[name] ? [`${name}-src ${widget[name]}`] : [])),
    `img-src ${["'self'", 'data:', img].filter(Boolean).join(' ')}`,
    `form-action ${["'self'", formAction].filter(Boolean).join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
