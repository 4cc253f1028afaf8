/** What the releases said that a report's people were decided by. */
import type { Catalogue } from '#core/linked.ts';
import { programmeOf } from '#core/loyalty/programme.ts';
import type { JourneyTerms } from '#core/report/journey-tally.ts';
import { type OrderReading, plainReading } from '#core/report/orders.ts';
import type { PersonRecord } from '#core/report/tally.ts';
import type { LinkedCatalogues } from '../store/linked-catalogues.ts';

/** The goal of a journey that states none. */
const DEFAULT_WINDOW = 'P30D';

export type TermsOf = (release: string, journey: string) => JourneyTerms | undefined;

/** Reads the releases that these people's decisions name, each once in the life of a container. */
export async function termsFor(
  catalogues: LinkedCatalogues,
  records: readonly PersonRecord[],
  reading: OrderReading,
): Promise<TermsOf> {
  const releases = new Set(records.flatMap(({ decisions }) => decisions.filter(isEntry).map(({ release }) => release)));
  const linked = new Map(await Promise.all([...releases].map(async (id) => [id, await catalogues.linked(id)] as const)));
  return (release, journey) => {
    const catalogue = linked.get(release);
    return catalogue && journeyTerms(catalogue, journey, reading);
  };
}

export function journeyTerms(catalogue: Catalogue, id: string, reading: OrderReading): JourneyTerms | undefined {
  const linked = catalogue.current.get(id);
  if (linked === undefined) return undefined;
  const { goal, holdout, trigger } = linked.journey;
  const { holdout: ofAll } = catalogue.release.policy;
  return {
    holdout: holdout?.percent ?? 0,
    holdoutOfAll: linked.isMarketing ? (ofAll?.percent ?? 0) : 0,
    goal: {
      event: goal?.event ?? reading.orders.event,
      where: linked.goalWhere,
      window: goal?.window ?? DEFAULT_WINDOW,
    },
    byEvent: trigger.type === 'event' || trigger.type === 'form' || trigger.type === 'api',
  };
}

/** Orders are read as the current release's loyalty programme says. */
export function readingOf(catalogue: Catalogue | undefined): OrderReading {
  const loyalty = catalogue?.release.loyalty;
  return loyalty === undefined ? plainReading : programmeOf(loyalty);
}

const isEntry = ({ notes }: PersonRecord['decisions'][number]): boolean => notes.some(({ what }) => what === 'entered');
