import type { Item } from '#usecases/ports.ts';
import { customerOf } from '#usecases/store/state-body.ts';

/** All that an item says, as text to search in: also what stands in it compressed. */
export function plainText(item: Item): string {
  return JSON.stringify(item.body instanceof Uint8Array ? { ...item, body: customerOf(item) } : item);
}
