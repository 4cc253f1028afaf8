import { rules } from '#schemas/rules.ts';
import { didYouMean } from '#schemas/suggest.ts';
import { type Command, type Context, json, Misuse, textOf } from './command.ts';
import { filesOf } from './files.ts';
import { problemLines, summary } from './problems.ts';
import { count, show } from './show.ts';
import { ruleLines } from './validate/rule-lines.ts';

export const validate: Command = {
  name: 'validate',
  usage: '[DIR]',
  summary: 'Check a catalogue: journeys, segments, forms, templates',
  details: [
    'Checks catalogue/ and templates/ in DIR (here, unless told) as publishing does, without a running system.',
    'Exit code 1 where there are errors; warnings do not stand in the way.',
    'A problem names the rule that it breaks: --rule NAME tells why there is that rule, and shows an example.',
  ],
  options: {
    rules: { type: 'boolean', help: 'Checks nothing; lists all rules, each with its reason, its fix and an example' },
    rule: { type: 'string', value: 'NAME', help: 'Checks nothing; shows this one rule' },
    ...json,
  },
  examples: ['rekindle validate', 'rekindle validate ../shop --json', 'rekindle validate --rule never-true'],
  run: async (context) => {
    if (context.options.rules === true || context.options.rule !== undefined) return tellRules(context);
    const files = filesOf(context);
    const { compileCatalogue } = await import('#usecases/compile-catalogue.ts');
    const { problems, compiled } = await compileCatalogue(files);
    const said = summary(problems);
    const checked = `${count(Object.keys(files).length, 'file')} checked`;
    show(context, { valid: compiled !== undefined, release: compiled?.release.id ?? null, problems }, () => [
      ...problemLines(problems),
      said === '' ? `${checked}: everything is in order.` : `${checked}: ${said}.`,
    ]);
    return compiled === undefined ? 1 : 0;
  },
};

function tellRules(context: Context): number {
  const asked = textOf(context, 'rule');
  if (context.args.length > 0) throw new Misuse(`rules are shown without a folder: ${context.args.join(' ')} is too much`);
  if (asked !== undefined && context.options.rules === true) throw new Misuse('either --rules or --rule');
  const told = Object.entries(rules).filter(([name]) => asked === undefined || name === asked);
  if (told.length === 0)
    throw new Misuse(
      `there is no rule ${asked}: ${didYouMean(asked ?? '', Object.keys(rules), '--rules lists those that there are')}`,
    );
  const data = told.map(([rule, description]) => ({ rule, ...description }));
  show(context, asked === undefined ? { rules: data } : data[0], () =>
    told.flatMap(([name, rule], index) => [...(index === 0 ? [] : ['']), ...ruleLines(name, rule)]),
  );
  return 0;
}
