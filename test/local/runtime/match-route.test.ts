import { expect, test } from 'vitest';
import { routeMatcher } from '#local/http/match-route.ts';

const keys = [
  '$default',
  'ANY /admin/{proxy+}',
  'GET /admin/{proxy+}',
  'GET /admin/health',
  'ANY /u/{token}',
  'POST /u/{token}',
  'GET /u/fixed',
  'GET /',
];
const match = routeMatcher(keys.map((routeKey) => ({ routeKey, function: 'f', timeoutMs: 1 })));

test.each([
  ['GET', '/admin/health', 'GET /admin/health', {}],
  ['POST', '/admin/health', 'ANY /admin/{proxy+}', { proxy: 'health' }],
  ['GET', '/admin/a/b%20c', 'GET /admin/{proxy+}', { proxy: 'a/b c' }],
  ['GET', '/u/x%2Fy', 'ANY /u/{token}', { token: 'x/y' }],
  ['POST', '/u/x', 'POST /u/{token}', { token: 'x' }],
  ['GET', '/u/fixed', 'GET /u/fixed', {}],
  ['DELETE', '/u/fixed', 'ANY /u/{token}', { token: 'fixed' }],
  ['GET', '/u/', '$default', {}],
  ['GET', '/u/x/y', '$default', {}],
  ['GET', '/', 'GET /', {}],
  ['GET', '/admin', '$default', {}],
  ['GET', '/u/%E0%A4%A', 'ANY /u/{token}', { token: '%E0%A4%A' }],
])('%s %s goes to %s', (method, path, routeKey, pathParameters) => {
  expect(match(method, path)).toEqual({ route: expect.objectContaining({ routeKey }), pathParameters });
});

test('without a default route an unknown path goes nowhere', () => {
  expect(routeMatcher([{ routeKey: 'GET /a', function: 'f', timeoutMs: 1 }])('GET', '/b')).toBeUndefined();
});
