/** What all of the admin API has in common. The OpenAPI document is made from this and the files beside it. */
import * as z from 'zod';

export const Time = z.iso.datetime().describe('ISO 8601 in UTC.');
export const CustomerId = z.string().regex(/^cus_[0-9a-f]{26}$/);

export const CatalogueProblem = z
  .object({
    file: z.string(),
    path: z.string().describe('Inside the file: "steps[0].template". Empty for the file as a whole.'),
    line: z.int().optional(),
    column: z.int().optional(),
    rule: z.string(),
    severity: z.enum(['error', 'warning']),
    message: z.string(),
    fix: z.string(),
  })
  .meta({ id: 'CatalogueProblem' });

export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    problems: z.array(CatalogueProblem).optional().describe('What is wrong with a catalogue that was refused.'),
    current: z.string().nullable().optional().describe('With 409: the release that is current.'),
  })
  .meta({ id: 'Problem', description: 'RFC 9457.' });

export const Page = {
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Items of one page.'),
  cursor: z.string().max(2000).exactOptional().describe('The cursor of the page before.'),
};

export const PageQuery = z.object(Page);
