import type { Input, Operations } from './aws-json.ts';
import { busArn, type EventbridgeContext, ruleArn } from './bus.ts';
import { list, notFound, object, text } from './input.ts';

const ARN = { max: 1600 };

export function tagOperations(context: EventbridgeContext): Operations {
  return {
    TagResource: (input) => {
      putTags(context, existingArn(context, input), list(input, 'Tags', { max: 50 }));
      return {};
    },
    UntagResource: (input) => {
      const arn = existingArn(context, input);
      for (const key of list(input, 'TagKeys', { max: 50 })) context.store.removeTag(arn, String(key));
      return {};
    },
    ListTagsForResource: (input) => ({ Tags: context.store.tags(existingArn(context, input)) }),
  };
}

export function putTags(context: EventbridgeContext, arn: string, tags: readonly unknown[]): void {
  for (const tag of tags) {
    const member = object(tag, 'Tags');
    context.store.putTag(arn, text(member, 'Key', { max: 128 }), text(member, 'Value', { max: 256 }));
  }
}

function existingArn(context: EventbridgeContext, input: Input): string {
  const arn = text(input, 'ResourceARN', ARN);
  const known = context.store
    .buses()
    .some(
      ({ name }) =>
        arn === busArn(context, name) || context.store.rules(name).some((rule) => arn === ruleArn(context, name, rule.name)),
    );
  if (!known) throw notFound(`Resource ${arn}`);
  return arn;
}
