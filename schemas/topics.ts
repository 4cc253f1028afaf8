import * as z from 'zod';
import { Description, Id, Locale, Name, SchemaName, strict } from './primitives.ts';

export const Topics = strict({
  $schema: SchemaName,
  topics: z
    .array(
      strict({
        id: Id,
        name: Name.describe('As customers read it in the preference centre.'),
        description: Description,
        type: z
          .enum(['marketing', 'transactional'])
          .describe('marketing needs consent and carries an unsubscribe link; transactional is what a customer must be told.'),
        translations: z
          .record(Locale, strict({ name: Name, description: Description }))
          .describe('Name and description in other languages, by language tag, for the pages behind links in mails.')
          .exactOptional(),
      }),
    )
    .min(1)
    .max(100),
}).meta({ title: 'Topics', description: 'What customers can consent to, and leave.' });
