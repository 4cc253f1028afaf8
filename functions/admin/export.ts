import { ExportPage, ExportQuery } from '#schemas/customer-api.ts';
import { type ExportDependencies, exportCustomer } from '#usecases/export-customer.ts';
import { badCursor, nobody } from './customers.ts';
import { type AdminRoute, checked } from './route.ts';

export function exportRoutes(dependencies: ExportDependencies): AdminRoute[] {
  return [
    {
      method: 'GET',
      path: '/admin/v1/customers/{id}/export',
      summary: 'Everything that is held about a customer, page by page, under all ids',
      scope: 'customers:read',
      query: ExportQuery,
      answers: {
        200: { description: 'One page; the cursor leads to the next.', schema: ExportPage },
        400: { description: 'The limit or the cursor cannot be used.' },
        404: { description: 'Nobody is known by this id.' },
      },
      handle: async ({ params: { id = '' }, query, origin }) => {
        const page = await exportCustomer(dependencies, id, { ...checked(ExportQuery, query), origin }).catch(badCursor);
        if (page === undefined) throw nobody();
        return { status: 200, body: page };
      },
    },
  ];
}
