import { FillState } from '#schemas/release-api.ts';
import { fillState } from '#usecases/fill.ts';
import type { Table } from '#usecases/ports.ts';
import { problem } from '../edge/problem.ts';
import type { AdminRoute } from './route.ts';

export function fillRoutes({ table }: { readonly table: Table }): AdminRoute[] {
  return [
    {
      method: 'GET',
      path: '/admin/v1/fill',
      summary: 'How far the current release has been brought to existing customers',
      scope: 'releases:read',
      answers: { 200: { description: 'The progress.', schema: FillState }, 404: { description: 'Nothing was published yet.' } },
      handle: async () => {
        const state = await fillState(table);
        if (state === undefined) throw problem(404, 'Nothing was published yet');
        return { status: 200, body: state };
      },
    },
  ];
}
