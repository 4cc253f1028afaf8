import { FeedbackRecord } from '#schemas/feedback-record.ts';
import { feedback } from '#usecases/feedback.ts';
import { line, table } from '../edge/clients.ts';
import { env } from '../edge/env.ts';
import { each, queueHandler } from '../edge/queue.ts';

const dependencies = { table: table(), line: line(env.feedbackQueueUrl), now: Date.now };

/** SES's events in; events on the customer and the message's status out. */
export const handler = queueHandler(
  FeedbackRecord,
  each((record) => feedback(dependencies, record)),
);
