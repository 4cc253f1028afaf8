import type { Item } from 'dynalite/db/index.js';
import { capture } from './capture.ts';
import { describeContinuousBackups } from './describe-table.ts';
import type { Parts, Request } from './engine-parts.ts';
import { constraintError, validationError } from './errors.ts';
import { isExpired } from './expiry.ts';
import { itemKey, itemsOf } from './level-keys.ts';
import { type Answer, run } from './operations.ts';
import { inTransaction } from './schema.ts';
import { expiredBy, keyOf } from './stream-record.ts';
import { alone, tableName } from './table-definition.ts';
import type { TableSettings } from './table-settings.ts';
import { underLocks } from './write.ts';

const SWEEP_BATCH = 100;

/** Deletes all items whose time to live is over by the clock; how many. Their stream records name the service as the doer. */
export async function sweepExpired(parts: Parts): Promise<number> {
  let deleted = 0;
  for (const table of parts.tables.names()) {
    const { ttlAttribute } = parts.tables.settingsOf(table);
    if (ttlAttribute === undefined) continue;
    let due = parts.expiries.due(table, parts.clock.now(), SWEEP_BATCH);
    while (due.length > 0) {
      const done = await Promise.all(due.map((key) => expire(parts, table, ttlAttribute, key)));
      deleted += done.filter((wasDeleted) => wasDeleted).length;
      due = done.some((wasDeleted) => wasDeleted) ? parts.expiries.due(table, parts.clock.now(), SWEEP_BATCH) : [];
    }
  }
  return deleted;
}

export function updateTimeToLive(parts: Parts, request: Request): Promise<Answer> {
  const name = tableName(request);
  const wanted = request.TimeToLiveSpecification as { Enabled?: boolean; AttributeName?: string } | undefined;
  if (typeof wanted?.Enabled !== 'boolean' || typeof wanted.AttributeName !== 'string') {
    throw constraintError('timeToLiveSpecification', 'not be null');
  }
  const { Enabled: enabled, AttributeName: attribute } = wanted;
  return alone(parts, name, async () => {
    parts.tables.need(name);
    const { ttlAttribute, ...others } = parts.tables.settingsOf(name);
    if (enabled && ttlAttribute !== undefined) throw validationError('TimeToLive is already enabled');
    if (!enabled && ttlAttribute === undefined) throw validationError('TimeToLive is already disabled');
    if (enabled) await enable(parts, name, { ...others, ttlAttribute: attribute });
    else change(parts, name, others, () => parts.expiries.forget(name));
    return { TimeToLiveSpecification: { Enabled: enabled, AttributeName: attribute } };
  });
}

export function updateContinuousBackups(parts: Parts, request: Request): Promise<Answer> {
  const name = tableName(request);
  const wanted = request.PointInTimeRecoverySpecification as
    | { PointInTimeRecoveryEnabled?: boolean; RecoveryPeriodInDays?: number }
    | undefined;
  return alone(parts, name, async () => {
    parts.tables.need(name);
    const { pointInTimeRecovery: current, ...others } = parts.tables.settingsOf(name);
    const recovery = { sinceMs: current?.sinceMs ?? parts.clock.now(), periodDays: wanted?.RecoveryPeriodInDays ?? 35 };
    change(parts, name, wanted?.PointInTimeRecoveryEnabled === true ? { ...others, pointInTimeRecovery: recovery } : others);
    return describeContinuousBackups(parts.tables.settingsOf(name), parts.clock.now());
  });
}

/** From the instant of the change, writes note their expiry themselves; the items that are there already are read. */
async function enable(parts: Parts, name: string, settings: TableSettings & { readonly ttlAttribute: string }): Promise<void> {
  parts.expiries.forget(name);
  parts.tables.put(parts.tables.need(name), settings);
  await Promise.allSettled([...parts.writes]);
  const found: [string, Item][] = [];
  const prefixLength = itemKey(name, '').length;
  for await (const [key, value] of parts.store.db.iterator(itemsOf(name))) {
    const item = value as Item;
    if (item[settings.ttlAttribute]?.N !== undefined) found.push([key.slice(prefixLength), item]);
  }
  change(parts, name, settings, () => {
    for (const [key, item] of found) parts.expiries.noteExisting(name, settings.ttlAttribute, key, item);
  });
}

function change(parts: Parts, name: string, settings: TableSettings, also: () => void = () => {}): void {
  inTransaction(parts.db, () => {
    parts.settings.save(name, settings);
    also();
  });
  parts.tables.put(parts.tables.need(name), settings);
}

function expire(parts: Parts, name: string, attribute: string, key: string): Promise<boolean> {
  return underLocks(parts, [itemKey(name, key)], async () => {
    const table = parts.tables.get(name);
    const item = (await parts.store.db.get(itemKey(name, key))) as Item | undefined;
    if (table === undefined || item === undefined || !isExpired(item, attribute, parts.clock.now())) {
      parts.expiries.correct(name, attribute, key, item);
      return false;
    }
    const captured = capture(parts.store, parts.tables.get);
    await run('DeleteItem', { TableName: name, Key: keyOf(table, item) }, captured.storeFor);
    await parts.journal.commit({ ...captured, by: expiredBy });
    return true;
  });
}
