/** What shops ask about points, and do with them: all through the same decisions that orders go through. */
import { advance } from '#core/advance.ts';
import { type Customer, newCustomer } from '#core/customer.ts';
import type { Decision, LedgerEntry } from '#core/decision.ts';
import { type CustomerId, eventKey, type TimelineEvent } from '#core/event.ts';
import { digest } from '#core/hash.ts';
import { fromIso, type Instant, toIso } from '#core/instant.ts';
import { canonical, type JsonObject } from '#core/json.ts';
import { ADJUSTED, REDEEMED, voucherOf } from '#core/loyalty/command.ts';
import type { Reward } from '#core/loyalty/programme.ts';
import { type EvaluateDependencies, record } from './evaluate.ts';
import { NotThere, personAndProgramme } from './loyalty/balance.ts';
import type { Table } from './ports.ts';
import { findPerson } from './read-customer.ts';
import { customerPk, decisionSk, freeCodesPk, itemKey, voucherKey } from './store/keys.ts';
import { readLedger } from './store/ledger.ts';

/** A key that was used for something else before. */
export class KeyUsed extends Error {
  override readonly name = 'KeyUsed';
}

/** The ledger, newest first. */
export async function historyOf(
  dependencies: EvaluateDependencies,
  who: string,
): Promise<readonly (Omit<LedgerEntry, 'at'> & { readonly at: string })[]> {
  const { customer } = await personAndProgramme(dependencies, who);
  const entries = await readLedger(dependencies.table, customer);
  return entries.toReversed().map((entry) => ({ ...entry, at: toIso(entry.at) }));
}

export type Quote = {
  readonly points: number;
  readonly pending: number;
  readonly rules: readonly { readonly points: number; readonly reason: string }[];
  /** Why nothing is earned, where that is so. */
  readonly refused: readonly string[];
  /** The tier that the order would lead to, if it is another one. */
  readonly tier?: string;
};

/** What an order would earn if it came now. It is decided like a real one, and thrown away. */
export async function quote(
  dependencies: EvaluateDependencies,
  {
    who,
    event,
    properties,
  }: { readonly who?: string | undefined; readonly event?: string | undefined; readonly properties: JsonObject },
): Promise<Quote> {
  const { catalogues, now, table } = dependencies;
  const catalogue = await linked(catalogues);
  const person = who === undefined ? undefined : await findPerson(table, who);
  if (who !== undefined && person === undefined) throw new NotThere('nobody is known by this id');
  const at = now();
  const customer = person?.customer ?? newCustomer('cus_quote', at);
  const name = event ?? catalogue.loyalty?.programme.orders.event ?? 'Order Completed';
  const order: TimelineEvent = {
    ...base(customer.id, at),
    id: 'quote',
    name,
    properties: { order_id: `quote-${at}`, ...properties },
    trust: 'secret',
    origin: 'api',
  };
  const before = advance(customer, [], catalogue, at).customer;
  const { customer: after, effects, decisions } = advance(before, [order], catalogue, at);
  const earned = effects.flatMap((effect) => (effect.type === 'ledger' && effect.entry.type === 'earn' ? [effect.entry] : []));
  const tier = after.loyalty?.tier;
  return {
    points: earned.reduce((sum, entry) => sum + entry.points, 0),
    pending: earned.reduce((sum, entry) => sum + (entry.pending ?? 0), 0),
    rules: earned.map(({ points, pending = 0, reason }) => ({ points: points + pending, reason })),
    refused: decisions.flatMap(({ notes }) => notes.filter(({ what }) => what === 'refused').map(({ why }) => why)),
    ...(tier !== undefined && tier !== before.loyalty?.tier && { tier }),
  };
}

export type Redeeming = {
  readonly redeemed: boolean;
  /** Why not. */
  readonly reason?: string;
  readonly balance: number;
  readonly voucher?: { readonly code: string; readonly validUntil?: string };
};

/** Spends points, on a reward or on something of the shop's own. The same key spends once, and is answered alike. */
export async function redeem(
  dependencies: EvaluateDependencies,
  who: string,
  wish: {
    readonly key: string;
    readonly reward?: string | undefined;
    readonly points?: number | undefined;
    readonly reason?: string | undefined;
  },
): Promise<Redeeming> {
  const { customer, programme } = await personAndProgramme(dependencies, who);
  const reward = programme.rewards.find(({ id }) => id === wish.reward);
  if (wish.reward !== undefined && reward === undefined) throw new NotThere(`there is no reward ${wish.reward}`);
  const points = reward?.points ?? wish.points ?? 0;
  const properties = {
    points,
    reason: wish.reason ?? reward?.name ?? 'redeemed',
    ...(reward !== undefined && { reward: reward.id }),
  };
  const asked = await once(dependencies, customer.id, { key: wish.key, name: REDEEMED, properties });
  if (asked.isNew && reward !== undefined && !(await hasCode(dependencies, reward.pool))) {
    return { redeemed: false, reason: 'the reward is sold out', balance: customer.loyalty?.points ?? 0 };
  }
  return carryOut(dependencies, customer, asked.event, reward);
}

/** Puts a balance right by hand: with a reason, and who did it. The same key does it once. */
export async function adjust(
  dependencies: EvaluateDependencies,
  who: string,
  wish: { readonly key: string; readonly points: number; readonly reason: string; readonly author: string },
): Promise<Redeeming> {
  const { customer } = await personAndProgramme(dependencies, who);
  const { key, ...properties } = wish;
  const { event } = await once(dependencies, customer.id, { key, name: ADJUSTED, properties });
  return carryOut(dependencies, customer, event, undefined);
}

async function carryOut(
  dependencies: EvaluateDependencies,
  customer: Customer,
  event: TimelineEvent,
  reward: Reward | undefined,
): Promise<Redeeming> {
  const { table } = dependencies;
  await record(dependencies, [event]);
  const decision = await table.get({ pk: customerPk(event.customer), sk: decisionSk(eventKey(event)) });
  if (decision === undefined) throw new Error('the decision is not there yet');
  const { notes } = JSON.parse(String(decision.body)) as Decision;
  const refused = notes.find(({ what }) => what === 'refused');
  const after = await findPerson(table, customer.id);
  const balance = after?.customer.loyalty?.points ?? 0;
  if (refused !== undefined) return { redeemed: false, reason: refused.why, balance };
  if (reward === undefined) return { redeemed: true, balance };
  const voucher = await issued(table, decision.decidedFor as CustomerId, voucherOf(event.id));
  if (voucher !== undefined) return { redeemed: true, balance, voucher };
  // Others took the last codes at the same moment: the points come back, once.
  const back = { points: reward.points, reason: `no code was left of the reward ${reward.name}`, author: 'system' };
  const returned = await once(dependencies, customer.id, { key: `back ${event.id}`, name: ADJUSTED, properties: back });
  await record(dependencies, [returned.event]);
  return { redeemed: false, reason: 'the reward is sold out', balance: balance + reward.points };
}

/** The event of a command. What is asked again with the same key is the same event, at the time of the first. */
async function once(
  { table, now }: EvaluateDependencies,
  customer: CustomerId,
  { key, name, properties }: { readonly key: string; readonly name: string; readonly properties: JsonObject },
): Promise<{ readonly event: TimelineEvent; readonly isNew: boolean }> {
  const content = digest(32, name, canonical(properties));
  const place = itemKey(customer, `I#${digest(32, key)}`);
  const at = now();
  const written = await table.write({ put: { ...place, content, at: toIso(at) }, if: 'absent' });
  const known = written.ok ? undefined : await table.get(place);
  if (known !== undefined && known.content !== content) throw new KeyUsed('this key was used for something else before');
  const on: Instant = known === undefined ? at : (fromIso(String(known.at)) ?? at);
  const event: TimelineEvent = {
    ...base(customer, on),
    id: `loyalty-${digest(24, customer, key)}`,
    name,
    properties,
    trust: 'system',
    origin: 'loyalty',
  };
  return { event, isNew: written.ok };
}

const base = (customer: CustomerId, at: Instant) =>
  ({ customer, kind: 'track', at, receivedAt: at, keyTime: toIso(at), identities: {} }) as const;

async function issued(table: Table, customer: CustomerId, voucher: string): Promise<Redeeming['voucher']> {
  const item = await table.get(voucherKey(customer, voucher));
  if (item?.code === undefined) return undefined;
  return { code: String(item.code), ...(item.validUntil !== undefined && { validUntil: String(item.validUntil) }) };
}

async function hasCode({ table, catalogues }: EvaluateDependencies, name: string): Promise<boolean> {
  const pool = (await linked(catalogues)).pools.get(name);
  if (pool?.codes !== 'imported') return pool !== undefined;
  return (await table.query(freeCodesPk(name), { limit: 1 })).items.length > 0;
}

async function linked(catalogues: EvaluateDependencies['catalogues']) {
  const current = await catalogues.current();
  if (current === undefined) throw new NotThere('no release is published');
  return catalogues.linked(current);
}
