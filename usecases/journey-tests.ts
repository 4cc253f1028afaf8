import type { Customer } from '#core/customer.ts';
import { newCustomer } from '#core/customer.ts';
import { confirmJourneyId } from '#core/double-opt-in.ts';
import { eventKey, type TimelineEvent } from '#core/event.ts';
import { customerIdOfEmail, customerIdOfUser, normalEmail } from '#core/identity.ts';
import { DAY_MS, fromIso, type Instant } from '#core/instant.ts';
import type { JsonObject } from '#core/json.ts';
import type { PredictionModel } from '#core/prediction/model.ts';
import { type Happening, JourneyTest, type TestCase } from '#schemas/journey-test.ts';
import { parseFile } from '#schemas/parse-file.ts';
import type { Problem } from '#schemas/problem.ts';
import { rules } from '#schemas/rules.ts';
import { type CompiledCatalogue, compileCatalogue } from './compile-catalogue.ts';
import { confirmationOf } from './confirm/event.ts';
import { type Difference, differences } from './journey-tests/differences.ts';
import { withForecasts } from './journey-tests/forecasts.ts';
import { readMessage } from './simulate/history.ts';
import { live } from './simulate/live.ts';
import { reactionTo } from './simulate/reactions.ts';
import { recorder } from './simulate/record.ts';
import { sendingSkips } from './simulate/sending-skips.ts';

export type TestResult = {
  readonly file: string;
  readonly journey: string;
  readonly name: string;
  readonly passed: boolean;
  readonly differences: readonly Difference[];
  /** Why it was not run; it then neither passed nor failed. */
  readonly leftOut?: string;
};

export type Tested = { readonly problems: readonly Problem[]; readonly results: readonly TestResult[] };

/**
 * Runs the tests of journeys, which lie beside them as `<journey>.test.json`, through the catalogue as it stands in
 * `files`. Nothing is run where the catalogue has errors; the problems of a test file stand in the way of that file alone.
 * `learnt` is the model of the cases that ask for the learnt one.
 */
export async function testJourneys(
  files: Readonly<Record<string, string>>,
  tests: Readonly<Record<string, string>>,
  learnt?: PredictionModel,
): Promise<Tested> {
  const { problems, compiled } = await compileCatalogue(files);
  if (compiled === undefined) return { problems, results: [] };
  const found: Problem[] = [];
  const results = Object.entries(tests).flatMap(([file, text]) => {
    const journey = file.replace(/^.*\/|\.test\.json$/g, '');
    const parsed = parseFile(JourneyTest, file, text);
    found.push(...parsed.problems);
    if (!compiled.release.journeys.some(({ id }) => id === journey)) found.push(stray(file, journey));
    return (parsed.value?.cases ?? []).map((one) => ({ file, journey, ...foretold(compiled, { journey, test: one, learnt }) }));
  });
  return { problems: found, results };
}

function stray(file: string, journey: string): Problem {
  const message = `it tests the journey ${journey}, and there is no catalogue/journeys/${journey}.json`;
  return { file, path: '', rule: 'unknown-journey', severity: 'error', message, fix: rules['unknown-journey'].fix };
}

type CaseResult = Pick<TestResult, 'name' | 'passed' | 'differences' | 'leftOut'>;
type Case = { readonly journey: string; readonly test: TestCase; readonly learnt: PredictionModel | undefined };

/** A case under the model that it names. */
function foretold(compiled: CompiledCatalogue, { journey, test, learnt }: Case): CaseResult {
  const under = withForecasts(compiled.release, test, learnt);
  if ('release' in under) return runCase({ ...compiled, release: under.release }, journey, test);
  const { name } = test;
  if ('leftOut' in under) return { name, passed: false, differences: [], leftOut: under.leftOut };
  return {
    name,
    passed: false,
    differences: [{ what: 'given.prediction', expected: ['a model that forecasts can go by'], actual: [under.fault] }],
  };
}

function runCase(compiled: CompiledCatalogue, journey: string, test: TestCase): CaseResult {
  const { given, when = [], until } = test;
  const record = recorder();
  const skips = sendingSkips(compiled);
  const known = given === undefined ? [] : [customerOf(test)];
  const earlier = given?.events ?? [];
  const begin = given === undefined ? undefined : Math.max(...known.map(({ clock }) => clock), ...earlier.map(timeOf)) + 1;
  const mailed: Parameters<typeof live>[1]['mailed'] = (message, customer) => {
    record.mailed(message, skips.why(message, customer));
    return [];
  };
  const { decided, merged } = record;
  const world = live(
    compiled.release,
    { decided, merged, took: skips.took, called: () => {}, mailed },
    {
      from: begin,
      known,
      usedUp: given?.usedUp ?? [],
    },
  );
  const faults: Difference[] = withoutBudget(compiled, given?.usedUp ?? []);
  const posts = new Map<string, TimelineEvent>();
  const happen = (list: readonly Happening[], where: 'given.events' | 'when'): void => {
    for (const [index, one] of list.entries()) {
      world.pass(timeOf(one) - 1);
      const event = eventOf(one, { compiled, journey, record, email: emailOf(test), posts, index: `${where}[${index}]` });
      if (typeof event === 'string')
        faults.push({ what: `${where}[${index}]`, expected: ['something that can happen'], actual: [event] });
      else {
        posts.set(`${event.customer} ${eventKey(event)}`, event);
        world.take(event);
      }
    }
  };
  happen(earlier, 'given.events');
  happen(when, 'when');
  world.pass(fromIso(until) ?? 0);
  const all = [...faults, ...differences(test.expect, record, journey)];
  return { name: test.name, passed: all.length === 0, differences: all };
}

/** What has no budget cannot be used up: a slip of the pen would let a test pass for another reason than it says. */
function withoutBudget({ release }: CompiledCatalogue, usedUp: readonly string[]): Difference[] {
  const limited = release.journeys.filter(({ offerBudget }) => offerBudget !== undefined).map(({ id }) => id);
  const wrong = usedUp.filter((id) => !limited.includes(id));
  if (wrong.length === 0) return [];
  return [{ what: 'given.usedUp', expected: ['journeys with an "offerBudget"', ...limited], actual: wrong }];
}

const timeOf = ({ at }: { readonly at: string }): Instant => fromIso(at) ?? 0;

/** Nobody's address; `null` stands for somebody who has none. */
const emailOf = ({ given }: TestCase): string | null => {
  const email = given?.email === undefined ? 'customer@example.com' : given.email;
  return email === null ? null : (normalEmail(email) ?? email);
};

const USER_ID = 'customer';

/** Somebody as the test gives them: known, with attributes and consents, before anything happens. */
function customerOf(test: TestCase): Customer {
  const { given = {}, when = [] } = test;
  const email = emailOf(test);
  const first = Math.min(...[...(given.events ?? []), ...when].map(timeOf));
  const at = given.since === undefined ? first - DAY_MS : (fromIso(given.since) ?? first);
  const consent = { status: 'subscribed', at, event: 'given', source: 'the test' } as const;
  return {
    ...newCustomer(email === null ? customerIdOfUser(USER_ID) : customerIdOfEmail(email), at),
    clock: at,
    vouched: true,
    ...(email === null ? { userId: USER_ID } : { email }),
    attributes: (given.attributes ?? {}) as JsonObject,
    attributeTimes: Object.fromEntries(Object.keys(given.attributes ?? {}).map((name) => [name, at])),
    consents: Object.fromEntries((given.consents ?? []).map((topic) => [topic, consent])),
  };
}

type About = {
  readonly compiled: CompiledCatalogue;
  readonly journey: string;
  readonly record: ReturnType<typeof recorder>;
  readonly email: string | null;
  /** What happened so far, by customer and key. */
  readonly posts: ReadonlyMap<string, TimelineEvent>;
  readonly index: string;
};

/** What happens, as the event that capture makes of it; or why it cannot happen. */
function eventOf(one: Happening, { compiled, journey, record, email, posts, index }: About): TimelineEvent | string {
  const { at: timestamp, confirms } = one;
  if (confirms !== undefined) {
    const asked = record.mails.findLast(
      ({ message, status }) => message.journey === confirmJourneyId(confirms) && status === 'sent',
    )?.message;
    const post = posts.get(`${asked?.trigger?.customer} ${asked?.trigger?.key}`);
    return post === undefined
      ? `no mail asked to confirm the form ${confirms} before`
      : confirmationOf(post, { at: timeOf(one) });
  }
  if (one.message !== undefined && one.is !== undefined) {
    const mail = record.mails.findLast(
      ({ message, status }) => message.journey === journey && message.step === one.message && status === 'sent',
    );
    return mail === undefined
      ? `no mail of the step ${one.message} was sent before`
      : reactionTo(mail.message, one.is, timeOf(one));
  }
  const who = email === null ? { userId: USER_ID } : { context: { traits: { email } } };
  const event = readMessage({ ...callOf(one, compiled, email), ...who, messageId: index, timestamp }, 0, compiled.release.forms);
  return 'errors' in event ? event.errors.map(({ path, message }) => `${path} ${message}`.trim()).join('; ') : event;
}

function callOf(
  { event, properties, form: id, fields, attributes }: Happening,
  { release }: CompiledCatalogue,
  email: string | null,
): object {
  if (attributes !== undefined) return { type: 'identify', traits: attributes };
  if (id === undefined) return { type: 'track', event, properties: properties ?? {} };
  const field = release.forms.find((form) => form.id === id)?.fields.find(({ type }) => type === 'email');
  return { type: 'form', form: id, fields: { ...(field && email !== null && { [field.name]: email }), ...fields } };
}
