/**
 * The locale of a template for a customer: the very one, its language (`pt` for `pt-BR`), another region of that language,
 * else the default. Undefined only where the template has none of them.
 */
export function chooseLocale(available: readonly string[], wanted: string | undefined, fallback: string): string | undefined {
  return (wanted === undefined ? undefined : nearest(available, wanted)) ?? nearest(available, fallback) ?? available[0];
}

function nearest(available: readonly string[], wanted: string): string | undefined {
  const tag = wanted.replaceAll('_', '-').toLowerCase();
  const language = tag.split('-')[0] ?? tag;
  const lower = available.map((locale) => locale.toLowerCase());
  for (const index of [lower.indexOf(tag), lower.indexOf(language), lower.findIndex((one) => one.split('-')[0] === language)]) {
    if (index >= 0) return available[index];
  }
  return undefined;
}
