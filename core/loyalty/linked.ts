/** The programme made ready for deciding: rules by event, conditions as functions. */
import type { Journey } from '../catalogue.ts';
import type { Duration, Instant } from '../instant.ts';
import { type Linker, link, linkWhere, type Test } from '../test.ts';
import { instantIn } from './calendar.ts';
import { type EarnRule, type Loyalty, type Multiplier, type Programme, programmeOf } from './programme.ts';

export type LinkedMultiplier = Multiplier & { readonly fromAt?: Instant; readonly toAt?: Instant };

export type LinkedRule = {
  readonly rule: EarnRule;
  readonly where: Test | undefined;
  readonly when: Test | undefined;
  readonly multipliers: readonly LinkedMultiplier[];
};

export type LinkedLoyalty = {
  readonly programme: Programme;
  readonly zone: string;
  readonly rules: ReadonlyMap<string, readonly LinkedRule[]>;
  /** Events that confirm pending points of the same order. */
  readonly confirming: ReadonlySet<string>;
  /** How long before points lapse journeys want to hear of it. */
  readonly warnings: readonly Duration[];
};

export function linkLoyalty(loyalty: Loyalty, brandZone: string, journeys: readonly Journey[], linker: Linker): LinkedLoyalty {
  const programme = programmeOf(loyalty);
  const zone = loyalty.zone ?? brandZone;
  const rules = new Map<string, LinkedRule[]>();
  for (const rule of programme.earn) {
    const linked: LinkedRule = {
      rule,
      where: linkWhere(rule, linker),
      when: rule.when && link(rule.when, linker),
      multipliers: (rule.multipliers ?? []).map((one) => linkMultiplier(one, zone)),
    };
    rules.set(rule.event, [...(rules.get(rule.event) ?? []), linked]);
  }
  const confirming = programme.earn.flatMap(({ pending }) => (pending && pending.event !== undefined ? [pending.event] : []));
  return { programme, zone, rules, confirming: new Set(confirming), warnings: warningsOf(journeys) };
}

function linkMultiplier(multiplier: Multiplier, zone: string): LinkedMultiplier {
  const fromAt = multiplier.from === undefined ? undefined : instantIn(multiplier.from, zone);
  const toAt = multiplier.to === undefined ? undefined : instantIn(multiplier.to, zone);
  return { ...multiplier, ...(fromAt !== undefined && { fromAt }), ...(toAt !== undefined && { toAt }) };
}

function warningsOf(journeys: readonly Journey[]): Duration[] {
  const active = journeys.filter(({ status }) => status === 'active');
  const wanted = active.flatMap(({ trigger }) => (trigger.type === 'points' && 'expiring' in trigger ? [trigger.expiring] : []));
  return [...new Set(wanted)].sort();
}
