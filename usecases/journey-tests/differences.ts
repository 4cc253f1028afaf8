import { fromIso, toIso } from '#core/instant.ts';
import type { TestCase } from '#schemas/journey-test.ts';
import type { MailRecord, Recorder } from '../simulate/record.ts';

/** Something that was expected and is otherwise, as lines to be compared. */
export type Difference = { readonly what: string; readonly expected: readonly string[]; readonly actual: readonly string[] };

type Expect = TestCase['expect'];
type ExpectedMail = NonNullable<Expect['mails']>[number];

/** What one journey did otherwise than a test expects. */
export function differences(expect: Expect, record: Recorder, journey: string): Difference[] {
  const runs = record.runs.filter((run) => run.journey === journey);
  const mails = record.mails.filter(({ message }) => message.journey === journey);
  const refusals = record.refusals.filter((one) => one.journey === journey).map(({ reason }) => reason);
  const last = runs.at(-1);
  const found: Difference[] = [];
  const differ = (what: string, expected: readonly string[], actual: readonly string[]): void => {
    found.push({ what, expected, actual });
  };
  const never = refusals.length > 0 ? refusals.map((reason) => `did not enter: ${reason}`) : ['nothing let the customer enter'];
  if (expect.steps !== undefined) {
    const steps = runs.flatMap((run) => run.steps.map(({ id }) => id));
    if (steps.join() !== expect.steps.join()) differ('steps', expect.steps, runs.length === 0 ? never : steps);
  }
  if (expect.mails !== undefined && !sameMails(expect.mails, mails)) {
    const fitting = (one: ExpectedMail, mail: MailRecord | undefined): string =>
      mail !== undefined && fits(one, mail) ? mailText(mail) : expectedText(one);
    const expected = expect.mails.map((one, index) => fitting(one, mails[index]));
    differ('mails', expected, mails.map(mailText));
  }
  if (expect.outcome !== undefined && last?.outcome !== expect.outcome)
    differ('outcome', [expect.outcome], last === undefined ? never : [`${last.outcome}${last.reason ? `: ${last.reason}` : ''}`]);
  if (expect.goal !== undefined && (last?.goalAt !== undefined) !== expect.goal)
    differ('goal', [goalText(expect.goal)], [goalText(last?.goalAt !== undefined)]);
  const { notEntered } = expect;
  if (notEntered !== undefined && !refusals.some((reason) => reason.includes(notEntered)))
    differ(
      'notEntered',
      [notEntered],
      refusals.length > 0 ? refusals : [runs.length > 0 ? 'entered' : 'nothing let the customer try'],
    );
  return found;
}

function sameMails(expected: readonly ExpectedMail[], mails: readonly MailRecord[]): boolean {
  return expected.length === mails.length && expected.every((one, index) => fits(one, mails[index]));
}

function fits(expected: ExpectedMail, mail: MailRecord | undefined): boolean {
  return (
    mail !== undefined &&
    mail.message.template === expected.template &&
    mail.status === statusOf(expected) &&
    (expected.at === undefined || mail.message.at === fromIso(expected.at)) &&
    (expected.step === undefined || mail.message.step === expected.step) &&
    (expected.reason === undefined || (mail.reason ?? '').includes(expected.reason))
  );
}

const statusOf = ({ status, reason }: ExpectedMail): 'sent' | 'skipped' => status ?? (reason === undefined ? 'sent' : 'skipped');

function expectedText(mail: ExpectedMail): string {
  const at = mail.at === undefined ? 'any time' : minute(fromIso(mail.at) ?? 0);
  return words([at, mail.template, mail.step && `(${mail.step})`, statusOf(mail), mail.reason && `: …${mail.reason}…`]);
}

function mailText({ message, status, reason }: MailRecord): string {
  return words([minute(message.at), message.template, `(${message.step})`, status, reason && `: ${reason}`]);
}

/** To the minute, unless there is more to it; the exact time where two differ by less. */
const minute = (at: number): string => toIso(at).replace(/(?::00)?\.000Z$/, 'Z');
const words = (parts: readonly (string | undefined)[]): string => parts.filter(Boolean).join(' ').replace(' : ', ': ');
const goalText = (reached: boolean): string => (reached ? 'reached' : 'not reached');
