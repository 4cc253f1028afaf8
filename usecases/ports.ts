import type { Release, CompiledTemplate, Journey } from '#core/catalogue.ts';
import type { CustomerId, EventId, TimelineEvent } from '#core/event.ts';
import type { Instant } from '#core/instant.ts';

export type { Release, CompiledTemplate, Journey, CustomerId, EventId, TimelineEvent, Instant };
