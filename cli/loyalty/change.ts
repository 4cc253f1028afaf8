import { randomUUID } from 'node:crypto';
import type { Redeeming } from '#usecases/loyalty.ts';
import { apiOf } from '../api.ts';
import { type Context, Failure, Misuse, textOf } from '../command.ts';
import { plain, show, time } from '../show.ts';
import { loyaltyPath, pointsOf } from './balance.ts';

/** `loyalty redeem CUSTOMER` */
export async function redeem(context: Context): Promise<number> {
  const [reward, reason] = [textOf(context, 'reward'), textOf(context, 'reason')];
  const asked = textOf(context, 'points');
  if ((reward === undefined) === (asked === undefined)) throw new Misuse('say what to spend: either --reward or --points');
  const points = pointsOf(context);
  if (asked !== undefined && (points === undefined || points < 1))
    throw new Misuse(`--points ${asked} is not a number of points`);
  const wish = { ...(reward !== undefined && { reward }), ...(points !== undefined && { points }), ...(reason && { reason }) };
  return changed(context, 'redemptions', wish, (done) => [
    `Redeemed; ${done.balance} points are left.`,
    ...(done.voucher === undefined ? [] : [`Code: ${plain(done.voucher.code)}${validity(done.voucher)}`]),
  ]);
}

/** `loyalty adjust CUSTOMER` */
export async function adjust(context: Context): Promise<number> {
  const reason = textOf(context, 'reason')?.trim();
  const points = pointsOf(context);
  if (points === undefined || points === 0)
    throw new Misuse('--points is missing: write --points 50, or --points=-50 to take away');
  if (reason === undefined || reason === '') throw new Misuse('--reason is missing: say why, for those who ask later');
  return changed(context, 'adjustments', { points, reason }, ({ balance }) => [`Adjusted; the balance is ${balance}.`]);
}

/** Asks once however often the command is repeated with the same key, which is told in any case. */
async function changed(
  context: Context,
  what: string,
  wish: object,
  lines: (done: Redeeming) => readonly string[],
): Promise<number> {
  const key = textOf(context, 'idempotency-key') ?? randomUUID();
  const path = `${loyaltyPath(context)}/${what}`;
  const answer = await apiOf(context)
    .once(key, path, wish)
    .catch((fault: unknown) => {
      if (!(fault instanceof Failure)) throw fault;
      throw new Failure(`${fault.message} (a repeat with --idempotency-key ${key} does it once)`);
    });
  const done = answer.body as Redeeming;
  show(context, { ...done, idempotencyKey: key }, () => [
    ...lines(done),
    `A repeat with --idempotency-key ${key} changes nothing more.`,
  ]);
  return 0;
}

function validity({ validUntil }: NonNullable<Redeeming['voucher']>): string {
  return validUntil === undefined ? '' : `, valid until ${time(validUntil)}`;
}
