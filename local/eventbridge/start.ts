import type { Deliver, EngineOptions, EventbridgeEngine } from '../ports.ts';
import { serveAwsJson } from './aws-json.ts';
import { DEFAULT_BUS, type EventbridgeContext } from './bus.ts';
import { busOperations } from './buses.ts';
import { putEvent, putEvents } from './put-events.ts';
import { openRouter } from './router.ts';
import { ruleOperations } from './rules.ts';
import { openStore } from './store.ts';
import { tagOperations } from './tags.ts';
import { targetOperations } from './targets.ts';

type EventbridgeOptions = EngineOptions & { readonly deliver: Deliver; readonly account: string; readonly region: string };

/**
 * EventBridge's classic buses with their rules. `deliver` is called inside a transaction on `options.db`, which is committed
 * before the sender gets its answer. What it throws fails the entry, unless the target has a dead-letter queue.
 */
export async function startEventbridge(options: EventbridgeOptions): Promise<EventbridgeEngine> {
  const { db, clock, deliver, account, region, port = 0 } = options;
  const store = openStore(db);
  store.addBus(DEFAULT_BUS, null, clock.now());
  const context: EventbridgeContext = { db, store, router: openRouter(store), clock, deliver, account, region };
  const engine = await serveAwsJson(
    { target: 'AWSEvents', version: '1.1', port },
    {
      ...busOperations(context),
      ...ruleOperations(context),
      ...targetOperations(context),
      ...tagOperations(context),
      PutEvents: (input) => putEvents(context, input),
    },
  );
  return {
    ...engine,
    put(busName, { source, detailType, detail, resources = [] }) {
      const fields = detail as Record<string, unknown>;
      putEvent(context, busName, {
        source,
        detailType,
        detail: fields,
        detailJson: JSON.stringify(detail),
        resources,
        at: undefined,
      });
    },
  };
}
