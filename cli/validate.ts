import { type Command, json } from './command.ts';
import { filesOf } from './files.ts';
import { problemLines, summary } from './problems.ts';
import { count, show } from './show.ts';

export const validate: Command = {
  name: 'validate',
  usage: '[DIR]',
  summary: 'Check a catalogue: journeys, segments, forms, templates',
  details: [
    'Checks catalogue/ and templates/ in DIR (here, unless told) as publishing does, without a running system.',
    'Exit code 1 where there are errors; warnings do not stand in the way.',
  ],
  options: json,
  examples: ['rekindle validate', 'rekindle validate ../shop --json'],
  run: async (context) => {
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
