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

/** Nothing may run or be loaded in a page of ours but its own style; an address may hold a token, so it is told to nobody else. */
const PAGE = {
  'content-security-policy': contentSecurityPolicy(),
  'referrer-policy': 'same-origin',
  'x-frame-options': 'DENY',
};

/** The policy of a page; `formAction` names where its forms may lead besides here. */
export function contentSecurityPolicy({ formAction = '', img = '' }: { formAction?: string; img?: string } = {}): string {
  return [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    `img-src ${["'self'", 'data:', img].filter(Boolean).join(' ')}`,
    `form-action ${["'self'", formAction].filter(Boolean).join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
