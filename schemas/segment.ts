import { Condition } from './condition.ts';
import { Description, Id, Name, SchemaName, strict } from './primitives.ts';

export const Segment = strict({
  $schema: SchemaName,
  id: Id,
  name: Name,
  description: Description,
  when: Condition,
  fallback: Condition.describe(
    'The plain rule that counts where "when" asks for a forecast and there is none: no model was learnt yet, the model is too old, or no order is known.',
  ).exactOptional(),
}).meta({
  title: 'Segment',
  description: 'A group of customers, by a condition. Right to the minute, also where only time passes.',
});
