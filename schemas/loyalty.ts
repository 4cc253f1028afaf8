import * as z from 'zod';
import { Currency, EventName, Id, Name, Path, SchemaName, strict } from './primitives.ts';

export const Loyalty = strict({
  $schema: SchemaName,
  currency: Currency,
  earn: strict({
    event: EventName.describe('What points are earned by.'),
    amount: Path.describe('The property of the event that holds the money spent.'),
    pointsPerUnit: z.number().min(0).max(1_000_000).describe('Points for each whole unit of the currency.'),
  }),
  tiers: z
    .array(
      strict({
        id: Id,
        name: Name,
        spend: z.number().min(0).describe('Reached with this much spent over a lifetime.'),
        benefits: z.array(Name).max(50).exactOptional(),
      }),
    )
    .max(50)
    .describe('From the lowest up. Below the first one a customer has no tier.'),
}).meta({ title: 'Loyalty', description: 'How points are earned, and which tiers there are.' });
