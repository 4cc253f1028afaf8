/**
 * Every rule that a catalogue is checked by: what it refuses, what to do, and an example. A problem names its rule by key,
 * so that a marketer can look it up here and a tool can count it.
 */
import { budgetRules } from './rules/budget-rules.ts';
import { conditionRules } from './rules/condition-rules.ts';
import { fileRules } from './rules/file-rules.ts';
import { journeyRules } from './rules/journey-rules.ts';
import { loyaltyRules } from './rules/loyalty-rules.ts';
import { mailRules } from './rules/mail-rules.ts';
import { nameRules } from './rules/name-rules.ts';
import { predictionRules } from './rules/prediction-rules.ts';
import type { RuleDescription } from './rules/rule-description.ts';
import { scoringRules } from './rules/scoring-rules.ts';

const all = {
  ...fileRules,
  ...nameRules,
  ...conditionRules,
  ...journeyRules,
  ...budgetRules,
  ...loyaltyRules,
  ...scoringRules,
  ...predictionRules,
  ...mailRules,
};

export type Rule = keyof typeof all;

export const rules: Readonly<Record<Rule, RuleDescription>> = all;

/** The same rules, by what they are about. */
export const ruleGroups: Readonly<Record<string, Readonly<Record<string, RuleDescription>>>> = {
  Files: fileRules,
  Names: nameRules,
  Conditions: conditionRules,
  Journeys: journeyRules,
  Budgets: budgetRules,
  Loyalty: loyaltyRules,
  Scoring: scoringRules,
  Forecasts: predictionRules,
  Mails: mailRules,
};
