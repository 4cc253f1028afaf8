export type Leaf = string | number | boolean | null;

/** A leaf of an event, with the element of each array that it stands in: array's number → element's index. */
type Field = { readonly value: Leaf; readonly membership: Membership };
export type Membership = ReadonlyMap<number, number>;

/** An event's leaves by their dotted path, for one pass over many patterns. Objects and empty arrays leave no field. */
export type Fields = ReadonlyMap<string, readonly Field[]>;

export const NOWHERE: Membership = new Map();

export function flatten(event: unknown): Fields {
  const fields = new Map<string, Field[]>();
  let arrays = 0;

  function add(path: string, value: unknown, membership: Membership): void {
    if (Array.isArray(value)) {
      const array = arrays++;
      value.forEach((element, index) => {
        add(path, element, new Map(membership).set(array, index));
      });
    } else if (value !== null && typeof value === 'object') {
      for (const [name, inner] of Object.entries(value)) add(path === '' ? name : `${path}.${name}`, inner, membership);
    } else if (isLeaf(value)) {
      const field = { value, membership };
      const present = fields.get(path);
      if (present) present.push(field);
      else fields.set(path, [field]);
    }
  }

  add('', event, NOWHERE);
  return fields;
}

/** Both memberships as one; undefined when they stand for different elements of the same array. */
export function together(one: Membership, other: Membership): Membership | undefined {
  if (other.size === 0) return one;
  if (one.size === 0) return other;
  for (const [array, index] of other) {
    const known = one.get(array);
    if (known !== undefined && known !== index) return undefined;
  }
  return new Map([...one, ...other]);
}

function isLeaf(value: unknown): value is Leaf {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
