/** Whether a valid pattern uses the wildcard operator, alone or in anything-but: a bus takes only a few such rules. */
export function hasWildcard(pattern: string): boolean {
  return pattern.includes('"wildcard"') && inNode(JSON.parse(pattern));
}

function inNode(node: unknown): boolean {
  if (Array.isArray(node)) return node.some((element) => isWildcard(element) || inNode(element));
  return isObject(node) && Object.values(node).some(inNode);
}

function isWildcard(element: unknown): boolean {
  if (!isObject(element)) return false;
  const inner = element['anything-but'];
  return typeof element.wildcard === 'string' || (isObject(inner) && Object.hasOwn(inner, 'wildcard'));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
