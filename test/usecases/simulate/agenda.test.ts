import fc from 'fast-check';
import { expect, test } from 'vitest';
import { agenda } from '#usecases/simulate/agenda.ts';

test('whoever was added comes out in the order of time, then of ids, and nobody before the time has come', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(20), fc.constantFrom('a', 'b', 'c'))), fc.nat(20), (entries, until) => {
      const all = agenda<string>();
      for (const [at, id] of entries) all.add(at, id);
      const out: [number, string][] = [];
      for (let one = all.next(until); one !== undefined; one = all.next(until)) out.push([one.at, one.id]);
      const sorted = entries.toSorted(([at, id], [other, otherId]) => at - other || (id < otherId ? -1 : Number(id > otherId)));
      expect(out).toEqual(sorted.filter(([at]) => at <= until));
    }),
  );
});
