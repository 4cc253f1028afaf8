/** When a page of the form was made, sealed: whoever sends it sooner than anybody can fill it in is asked to send it again. */
import type { Form } from '#core/catalogue.ts';
import { add, type Instant } from '#core/instant.ts';
import { type Secret, tokens } from '../tokens.ts';

/** The hidden field in which the page carries it. */
export const STAMP = '_stamp';

export function stampOf(secret: Secret, form: string, madeAt: Instant): string {
  return tokens(secret).seal('form', [form, madeAt]);
}

/** Posts without a stamp of ours come from other pages and programs, and are not held to it. */
export function isTooFast(secret: Secret, form: Form, stamp: unknown, now: Instant): boolean {
  if (form.fillTimeMin === undefined || typeof stamp !== 'string') return false;
  const data = tokens(secret).open('form', stamp);
  if (!Array.isArray(data) || data[0] !== form.id) return false;
  return now < add(Number(data[1]), form.fillTimeMin);
}
