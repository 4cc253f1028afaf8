import type { FunctionPool } from '../lambda/pool.ts';
import type { Clock } from '../ports.ts';
import type { ApiPlan } from '../stack/routes.ts';
import { isPreflight, preflightReply, withCors } from './cors.ts';
import { toEvent } from './event.ts';
import type { FrontRequest } from './front.ts';
import { replyOf } from './function-reply.ts';
import { type RouteMatch, routeMatcher } from './match-route.ts';
import { problem, type Reply } from './problem.ts';

/** The stack's HTTP API. */
export function httpApi(
  plan: ApiPlan,
  pools: ReadonlyMap<string, FunctionPool>,
  clock: Clock,
): (request: FrontRequest) => Promise<Reply> {
  const match = routeMatcher(plan.routes);
  const { cors } = plan;

  async function invoke(request: FrontRequest, found: RouteMatch): Promise<Reply> {
    const pool = pools.get(found.route.function);
    if (pool === undefined) return problem(500, 'Internal Server Error', `There is no function ${found.route.function}.`);
    const event = toEvent(request, found, { apiId: plan.id, now: clock.now() });
    const outcome = await within(found.route.timeoutMs, pool.invoke(JSON.stringify(event)));
    if (outcome === undefined) return problem(503, 'Service Unavailable');
    return outcome.ok ? replyOf(outcome.payload) : problem(500, 'Internal Server Error');
  }

  return async (request) => {
    if (cors !== undefined && isPreflight(request)) return preflightReply(cors, request);
    const found = match(request.method, request.path);
    const reply = found === undefined ? problem(404, 'Not Found') : await invoke(request, found);
    return cors === undefined ? reply : withCors(cors, request, reply);
  };
}

async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
