import * as z from 'zod';
import { Form } from '../form.ts';
import { Journey } from '../journey.ts';
import { JourneyTest } from '../journey-test.ts';
import { Loyalty } from '../loyalty.ts';
import { Policy } from '../policy.ts';
import { Prediction } from '../prediction.ts';
import { Scoring } from '../scoring.ts';
import { Segment } from '../segment.ts';
import { Theme } from '../theme.ts';
import { Topics } from '../topics.ts';
import { Vouchers } from '../vouchers.ts';

/** The text of each schema by its name, as it lies beside this file. Draft 7, which all editors know. */
export function jsonSchemas(): Record<string, string> {
  const schemas = { journey: Journey, 'journey-test': JourneyTest, segment: Segment, form: Form, topics: Topics, policy: Policy, loyalty: Loyalty, scoring: Scoring, prediction: Prediction, vouchers: Vouchers, theme: Theme };
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const json = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
      return [name, `${JSON.stringify(json, undefined, 2)}\n`];
    }),
  );
}
