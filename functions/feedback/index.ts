import { FeedbackRecord } from '#schemas/bus-event.ts';
import { feedback } from '#usecases/feedback.ts';
import { table } from '../edge/clients.ts';
import { each, queueHandler } from '../edge/queue.ts';

const dependencies = { table: table(), now: Date.now };

/** SES's events in; events on the customer and the message's status out. */
export const handler = queueHandler(
  FeedbackRecord,
  each(({ detail }) => feedback(dependencies, detail)),
);
