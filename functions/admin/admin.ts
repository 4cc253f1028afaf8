import type { FindAccess } from '#usecases/access.ts';
import type { EvaluateDependencies } from '#usecases/evaluate.ts';
import type { PublishDependencies } from '#usecases/publish.ts';
import type { Routes } from '../edge/http.ts';
import { bearer } from './authorise.ts';
import { captchaRoutes } from './captcha.ts';
import { costRoutes } from './costs.ts';
import { customerRoutes } from './customers.ts';
import { erasureRoutes } from './erasure.ts';
import { exportRoutes } from './export.ts';
import { fillRoutes } from './fill.ts';
import { type KeyDependencies, keyRoutes } from './keys.ts';
import { loyaltyRoutes } from './loyalty.ts';
import { type MailDependencies, mailRoutes } from './mails.ts';
import { openApi } from './open-api.ts';
import { predictionRoutes } from './prediction.ts';
import { releaseRoutes } from './releases.ts';
import { reportRoutes } from './reports.ts';
import { type AdminRoute, handlers } from './route.ts';
import { suppressionRoutes } from './suppression.ts';
import { voucherRoutes } from './vouchers.ts';

export type AdminDependencies = PublishDependencies & KeyDependencies & MailDependencies & EvaluateDependencies;

/** All routes of the admin API, and the document that describes them, which needs no key. */
export function admin(dependencies: AdminDependencies, find: FindAccess): Routes {
  const described = [
    ...releaseRoutes(dependencies),
    ...fillRoutes(dependencies),
    ...predictionRoutes(dependencies),
    ...customerRoutes(dependencies),
    ...suppressionRoutes(dependencies),
    ...exportRoutes(dependencies),
    ...erasureRoutes(dependencies),
    ...mailRoutes(dependencies),
    ...loyaltyRoutes(dependencies),
    ...voucherRoutes(dependencies),
    ...reportRoutes(dependencies),
    ...costRoutes(dependencies),
    ...keyRoutes(dependencies),
    ...captchaRoutes(dependencies),
  ];
  const routes: readonly AdminRoute[] = [...described, documentRoute(() => routes)];
  return handlers(routes, bearer(find));
}

function documentRoute(routes: () => readonly AdminRoute[]): AdminRoute {
  return {
    method: 'GET',
    path: '/admin/v1/openapi.json',
    summary: 'This document',
    answers: { 200: { description: 'OpenAPI 3.1.' } },
    handle: () => ({ status: 200, body: openApi(routes()) }),
  };
}
