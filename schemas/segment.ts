import { Condition } from './condition.ts';
import { Description, Id, Name, SchemaName, strict } from './primitives.ts';

export const Segment = strict({ $schema: SchemaName, id: Id, name: Name, description: Description, when: Condition }).meta({
  title: 'Segment',
  description: 'A group of customers, by a condition. Right to the minute, also where only time passes.',
});
