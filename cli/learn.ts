import { setTimeout } from 'node:timers/promises';
import type { LearnState } from '#usecases/learn.ts';
import { type Api, apiOf } from './api.ts';
import { type Command, Failure, json, remote } from './command.ts';
import { progress } from './progress.ts';
import { count, show, time } from './show.ts';

type Prediction = {
  readonly settings: { readonly learnEvery?: string };
  readonly model: {
    readonly kind: string;
    readonly customers: number;
    readonly repeatBuyers: number;
    readonly worth: { readonly confidence: string };
    readonly notes: readonly string[];
  } | null;
  readonly staleAt: string | null;
  readonly learning: LearnState | null;
};

export const learn: Command = {
  name: 'learn',
  usage: '',
  summary: 'Learn the forecasts of segments and journeys anew from all orders, and publish them',
  details: [
    'Needs catalogue/prediction.json in the published release. The model becomes part of a new release, so a rollback brings',
    'the former one back. It happens by itself once a week ("learnEvery"); this command is for the first time, and for the impatient.',
    'Where nothing can be learnt the reason is told, and segments go by their plain rule ("fallback").',
  ],
  options: { ...remote, ...json },
  examples: ['rekindle learn', 'rekindle learn --json'],
  run: async (context) => {
    const api = apiOf(context);
    await api.call('POST', '/admin/v1/prediction/learn');
    const body = await ended(api);
    const { learning, model, staleAt, settings } = body;
    if (learning?.status === 'failed') throw new Failure(`learning failed: ${learning.reason ?? 'no reason is known'}`);
    const refused = learning?.status === 'refused';
    show(context, body, () =>
      refused
        ? [`Nothing was learnt: ${learning.reason}`, 'Segments go by their plain rule ("fallback").']
        : [
            `Published ${learning?.release ?? ''}: ${model?.kind ?? ''}, learnt from ${count(model?.customers ?? 0, 'customer')} who ordered, ${model?.repeatBuyers ?? 0} of them again. Confidence: ${model?.worth.confidence ?? ''}.`,
            ...(model?.notes ?? []),
            ...(staleAt === null
              ? []
              : [`It counts until ${time(staleAt)} UTC, and is learnt anew every ${settings.learnEvery ?? 'P7D'}.`]),
          ],
    );
    return refused ? 1 : 0;
  },
};

const POLL_MS = 500;

async function ended({ call }: Api): Promise<Prediction> {
  const told = progress();
  for (;;) {
    const body = (await call('GET', '/admin/v1/prediction')).body as Prediction;
    const { learning } = body;
    if (learning !== null && learning.status !== 'requested' && learning.status !== 'running') {
      told.end();
      return body;
    }
    told.tell(`${count(learning?.customers ?? 0, 'customer')} read; it goes on by itself also without this command`);
    await setTimeout(POLL_MS);
  }
}
