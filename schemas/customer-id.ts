import * as z from 'zod/mini';
import type { CustomerId } from '#core/event.ts';

/** An id of a customer, as whoever wrote it has checked it. */
export const customerId = z.custom<CustomerId>((value) => typeof value === 'string' && value.startsWith('cus_'));
