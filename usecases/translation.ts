/** The words for a locale: those of the region (`pt-BR`) where there are some, else of the language; undefined where neither is. */
export function translationIn<Words>(
  translations: Readonly<Record<string, Words>> | undefined,
  locale: string,
): Words | undefined {
  const tag = locale.replace('_', '-');
  return translations?.[tag] ?? translations?.[tag.split('-', 1)[0]?.toLowerCase() ?? ''];
}
