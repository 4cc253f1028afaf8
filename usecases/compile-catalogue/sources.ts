/** The files of a catalogue, read and sorted by kind. What cannot be read is a problem, and its id still counts as known. */
import type { Form, Journey, Policy, Scoring, Segment, Topic } from '#core/catalogue.ts';
import type { Loyalty } from '#core/loyalty/programme.ts';
import type { Prediction } from '#core/prediction/settings.ts';
import type { VoucherPool } from '#core/vouchers.ts';
import { Form as FormSchema } from '#schemas/form.ts';
import { Journey as JourneySchema } from '#schemas/journey.ts';
import { Loyalty as LoyaltySchema } from '#schemas/loyalty.ts';
import { parseFile, type Schema } from '#schemas/parse-file.ts';
import { Policy as PolicySchema } from '#schemas/policy.ts';
import { Prediction as PredictionSchema } from '#schemas/prediction.ts';
import { type Problem, pathText } from '#schemas/problem.ts';
import { type Rule, rules } from '#schemas/rules.ts';
import { Scoring as ScoringSchema } from '#schemas/scoring.ts';
import { Segment as SegmentSchema } from '#schemas/segment.ts';
import { Theme } from '#schemas/theme.ts';
import { Topics as TopicsSchema } from '#schemas/topics.ts';
import { Vouchers as VouchersSchema } from '#schemas/vouchers.ts';

export type Source<Value> = {
  readonly file: string;
  readonly value: Value;
  /** A problem at a path of this file, with its line. */
  report(path: readonly PropertyKey[], rule: Rule, message: string, fix?: string): Problem;
};

export type Sources = {
  readonly journeys: readonly Source<Journey>[];
  readonly segments: readonly Source<Segment>[];
  readonly forms: readonly Source<Form>[];
  readonly topics: Source<{ readonly topics: readonly Topic[] }> | undefined;
  readonly policy: Source<Policy> | undefined;
  readonly loyalty: Source<Loyalty> | undefined;
  readonly scoring: Source<Scoring> | undefined;
  readonly prediction: Source<Prediction> | undefined;
  readonly vouchers: Source<{ readonly pools: readonly VoucherPool[] }> | undefined;
  readonly theme: Theme;
  readonly templates: Readonly<Record<string, string>>;
  readonly partials: Readonly<Record<string, string>>;
  /** Ids that files claim by their names, also where they could not be read: a broken segment is no reason to call it unknown. */
  readonly named: {
    readonly journey: ReadonlySet<string>;
    readonly segment: ReadonlySet<string>;
    readonly form: ReadonlySet<string>;
  };
  readonly problems: readonly Problem[];
};

type Files = Readonly<Record<string, string>>;

export function readSources(files: Files): Sources {
  const problems: Problem[] = [];
  const folder = <Value extends object>(name: string, schema: Schema<Value>) =>
    inFolder(files, `catalogue/${name}/`).flatMap((file) => readOne(schema, file, files[file] ?? '', problems) ?? []);
  const single = <Value extends object>(file: string, schema: Schema<Value>, needed: boolean) => {
    const text = files[file];
    if (text !== undefined) return readOne(schema, file, text, problems);
    if (needed)
      problems.push({
        file,
        path: '',
        rule: 'missing-file',
        severity: 'error',
        message: `${file} is missing`,
        fix: rules['missing-file'].fix,
      });
    return undefined;
  };
  const theme = single('templates/theme.json', Theme, false);
  problems.push(...strangers(files));
  return {
    journeys: folder<Journey>('journeys', JourneySchema),
    segments: folder<Segment>('segments', SegmentSchema),
    forms: folder<Form>('forms', FormSchema),
    topics: single<{ topics: readonly Topic[] }>('catalogue/topics.json', TopicsSchema, true),
    policy: single<Policy>('catalogue/policy.json', PolicySchema, true),
    loyalty: single<Loyalty>('catalogue/loyalty.json', LoyaltySchema, false),
    scoring: single<Scoring>('catalogue/scoring.json', ScoringSchema, false),
    prediction: single<Prediction>('catalogue/prediction.json', PredictionSchema, false),
    vouchers: single<{ pools: readonly VoucherPool[] }>('catalogue/vouchers.json', VouchersSchema, false),
    theme: theme?.value ?? Theme.parse({}),
    templates: pick(files, (file) => template.test(file)),
    partials: pick(files, (file) => partial.test(file)),
    named: {
      journey: stems(files, 'catalogue/journeys/'),
      segment: stems(files, 'catalogue/segments/'),
      form: stems(files, 'catalogue/forms/'),
    },
    problems,
  };
}

const template = /^templates\/[^/]+\.mjml$/;
const partial = /^templates\/partials\/[^/]+\.(?:mjml|liquid)$/;
const known =
  /^catalogue\/(?:(?:journeys|segments|forms)\/[^/]+|topics|policy|loyalty|scoring|prediction|vouchers)\.json$|^templates\/theme\.json$/;
/** Notes to people may lie anywhere, and the tests of a journey beside it. */
const ignored = /(?:^|\/)(?:\.[^/]*|README[^/]*|[^/]+\.md|[^/]+\.test\.json)$/;

function readOne<Value extends object>(
  schema: Schema<Value>,
  file: string,
  text: string,
  problems: Problem[],
): Source<Value> | undefined {
  const parsed = parseFile(schema, file, text);
  problems.push(...parsed.problems);
  if (parsed.value === undefined) return undefined;
  const value = withoutSchemaName(parsed.value);
  const report: Source<Value>['report'] = (path, rule, message, fix) => {
    return {
      file,
      path: pathText(path),
      ...parsed.place(path),
      rule,
      severity: rules[rule].severity,
      message,
      fix: fix ?? rules[rule].fix,
    };
  };
  return { file, value, report };
}

/** `$schema` is for editors; a release holds only what decides something. */
function withoutSchemaName<Value extends object>(value: Value): Value {
  const { $schema: _, ...rest } = value as Value & { $schema?: string };
  return rest as unknown as Value;
}

function strangers(files: Files): Problem[] {
  const unknown = Object.keys(files).filter(
    (file) => !known.test(file) && !template.test(file) && !partial.test(file) && !ignored.test(file),
  );
  return unknown.map((file) => ({
    file,
    path: '',
    rule: 'unknown-file',
    severity: 'warning',
    message: 'the file is not used',
    fix: rules['unknown-file'].fix,
  }));
}

const inFolder = (files: Files, folder: string): string[] =>
  Object.keys(files)
    .filter((file) => file.startsWith(folder) && known.test(file) && !ignored.test(file))
    .sort();
const stems = (files: Files, folder: string): Set<string> =>
  new Set(inFolder(files, folder).map((file) => file.slice(folder.length, -'.json'.length)));
const pick = (files: Files, wanted: (file: string) => boolean): Record<string, string> =>
  Object.fromEntries(Object.entries(files).filter(([file]) => wanted(file)));
