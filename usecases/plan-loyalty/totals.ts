/** Points added up, by what became of them and by what they were earned with. */
import type { Customer } from '#core/customer.ts';
import type { LedgerEntry } from '#core/decision.ts';
import type { Programme } from '#core/loyalty/programme.ts';

/** `issued − reversed − redeemed − expired + adjusted = outstanding + pending`. */
export type Totals = {
  /** Customers who have had points. */
  readonly members: number;
  /** By earn rules and journeys, confirmed or not. */
  readonly issued: number;
  readonly reversed: number;
  readonly redeemed: number;
  readonly expired: number;
  readonly adjusted: number;
  readonly pending: number;
  /** That can be spent; debts are taken off. */
  readonly outstanding: number;
};

/** What one rule has issued, and how often; `journeys` are awards of journeys together. */
export type RuleTotals = { readonly rule: string; readonly name: string; readonly points: number; readonly times: number };

export function tallied(people: readonly Customer[], entries: readonly LedgerEntry[]) {
  const all = {
    members: new Set(entries.map(({ customer }) => customer)).size,
    issued: sumOf(entries, 'earn') + sumOf(entries, 'award'),
    reversed: 0 - sumOf(entries, 'reverse'),
    redeemed: 0 - sumOf(entries, 'redeem'),
    expired: 0 - sumOf(entries, 'expire'),
    adjusted: sumOf(entries, 'adjust'),
    pending: people.reduce((sum, { loyalty }) => sum + (loyalty?.pending ?? 0), 0),
    outstanding: people.reduce((sum, { loyalty }) => sum + (loyalty?.points ?? 0), 0),
  };
  return { all: all satisfies Totals, byRule: (programme: Programme) => byRule(programme, entries) };
}

const moved = ({ points, pending = 0 }: LedgerEntry): number => points + pending;

function sumOf(entries: readonly LedgerEntry[], type: LedgerEntry['type']): number {
  return entries.reduce((sum, entry) => (entry.type === type ? sum + moved(entry) : sum), 0);
}

/** All rules of the programme, also those that nothing met. */
function byRule({ earn }: Programme, entries: readonly LedgerEntry[]): RuleTotals[] {
  const earned = entries.filter(({ type }) => type === 'earn');
  const bySource = Map.groupBy(earned, ({ source }) => source.slice(source.indexOf(':') + 1));
  const awards = entries.filter(({ type }) => type === 'award');
  const total = (rule: string, name: string, of: readonly LedgerEntry[]): RuleTotals => {
    return { rule, name, points: of.reduce((sum, entry) => sum + moved(entry), 0), times: of.length };
  };
  return [
    ...earn.map(({ id, name = id }) => total(id, name, bySource.get(id) ?? [])),
    ...(awards.length > 0 ? [total('journeys', 'given by journeys', awards)] : []),
  ];
}
