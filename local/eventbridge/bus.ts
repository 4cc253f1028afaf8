import type { DatabaseSync } from 'node:sqlite';
import type { Clock, Deliver } from '../ports.ts';
import type { Input } from './aws-json.ts';
import { notFound, optionalText } from './input.ts';
import type { Router } from './router.ts';
import type { Store } from './store.ts';

/** What the operations share. */
export type EventbridgeContext = {
  readonly db: DatabaseSync;
  readonly store: Store;
  readonly router: Router;
  readonly clock: Clock;
  readonly deliver: Deliver;
  readonly account: string;
  readonly region: string;
};

export const DEFAULT_BUS = 'default';

/** The bus that a request names by its name or ARN; `default` when it names none. */
export function busNameOf(input: Input): string {
  const nameOrArn = optionalText(input, 'EventBusName', { max: 1600 }) ?? DEFAULT_BUS;
  return nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.indexOf('/') + 1) : nameOrArn;
}

/** The same, for operations that need the bus to be there. */
export function existingBusNameOf(context: EventbridgeContext, input: Input): string {
  const name = busNameOf(input);
  if (!context.store.bus(name)) throw notFound(`Event bus ${name}`);
  return name;
}

export function busArn({ account, region }: EventbridgeContext, bus: string): string {
  return `arn:aws:events:${region}:${account}:event-bus/${bus}`;
}

export function ruleArn({ account, region }: EventbridgeContext, bus: string, rule: string): string {
  return `arn:aws:events:${region}:${account}:rule/${bus === DEFAULT_BUS ? '' : `${bus}/`}${rule}`;
}
