/** Tags of tables. dynalite could keep them, but not from CreateTable on. */
import type { Parts, Request } from './engine-parts.ts';
import { serviceError, validationError } from './errors.ts';
import type { Answer } from './operations.ts';
import { alone, save } from './table-definition.ts';

type Tag = { readonly Key: string; readonly Value: string };

export function listTags(parts: Parts, request: Request): Answer {
  const tags = parts.tables.settingsOf(tableOfArn(parts, request)).tags ?? {};
  return { Tags: Object.entries(tags).map(([Key, Value]): Tag => ({ Key, Value })) };
}

export function tagTable(parts: Parts, request: Request): Promise<Answer> {
  return change(parts, request, (tags) => ({ ...tags, ...readTags(request.Tags) }));
}

export function untagTable(parts: Parts, request: Request): Promise<Answer> {
  const gone = Array.isArray(request.TagKeys) ? request.TagKeys : [];
  return change(parts, request, (tags) => Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.includes(key))));
}

export function readTags(tags: unknown): Record<string, string> {
  if (!Array.isArray(tags)) return {};
  return Object.fromEntries(tags.map(({ Key, Value }: Tag) => [String(Key), String(Value)]));
}

async function change(
  parts: Parts,
  request: Request,
  work: (tags: Readonly<Record<string, string>>) => Record<string, string>,
): Promise<Answer> {
  const name = tableOfArn(parts, request);
  return alone(parts, name, async () => {
    const settings = parts.tables.settingsOf(name);
    await save(parts, parts.tables.need(name), { ...settings, tags: work(settings.tags ?? {}) });
    return {};
  });
}

function tableOfArn(parts: Parts, request: Request): string {
  const arn = request.ResourceArn;
  const name = typeof arn === 'string' ? arn.split(':table/')[1] : undefined;
  if (name === undefined) throw validationError(`Invalid TableArn: Invalid ResourceArn provided as input ${String(arn)}`);
  if (parts.tables.get(name) === undefined) {
    throw serviceError('ResourceNotFoundException', `Requested resource not found: ResourcArn: ${String(arn)} not found`);
  }
  return name;
}
