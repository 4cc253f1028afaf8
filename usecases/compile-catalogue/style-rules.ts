/** The little of CSS that the look of a mail hangs on: colours by class and tag, by day and by night. */
export type Styles = Readonly<Record<string, string>>;
export type Element = { readonly name: string; readonly classes: readonly string[]; readonly own: Styles };
export type StyleRule = {
  /** Innermost first; `child` where the part before it must be the parent itself. */
  readonly selector: readonly {
    readonly tag: string | undefined;
    readonly classes: readonly string[];
    readonly child: boolean;
  }[];
  readonly weight: number;
  readonly styles: Styles;
  readonly important: Styles;
};

/** The rules of the style sheets in a mail that hold for everybody, and for readers who like it dark where that is asked for. */
export function styleRules(html: string, dark: boolean): StyleRule[] {
  const sheets = [...html.matchAll(/<style\b[^>]*>([\s\S]*?)<\/style>/gi)].map(([, css = '']) =>
    css.replace(/\/\*[\s\S]*?\*\//g, ''),
  );
  return sheets.flatMap((css) => {
    const plain = css.replace(MEDIA, '');
    const night = dark
      ? [...css.matchAll(MEDIA)]
          .filter(([, query = '']) => /prefers-color-scheme:\s*dark/.test(query))
          .map(([, , inner = '']) => inner)
      : [];
    return [plain, ...night].flatMap(rulesOf);
  });
}

/** What an element looks like by itself: what it inherits is not in here. Its way from the root ends with itself. */
export function styleOf(way: readonly Element[], rules: readonly StyleRule[]): Styles {
  const own = way.at(-1)?.own ?? {};
  const matching = rules.filter(({ selector }) => matches(selector, way)).sort((one, other) => one.weight - other.weight);
  return Object.assign({}, ...matching.map(({ styles }) => styles), own, ...matching.map(({ important }) => important)) as Styles;
}

/** `color:#fff; background: red` as its parts. */
export function declarations(css: string): { styles: Styles; important: Styles } {
  const styles: Record<string, string> = {};
  const important: Record<string, string> = {};
  for (const [, name = '', value = ''] of css.matchAll(/([\w-]+)\s*:\s*([^;]+)/g)) {
    const isImportant = /!important\s*$/.test(value);
    (isImportant ? important : styles)[name.toLowerCase()] = value.replace(/!important\s*$/, '').trim();
  }
  return { styles, important };
}

const MEDIA = /@media([^{]*)\{((?:[^{}]*\{[^{}]*\})*)[^{}]*\}/g;

function rulesOf(css: string): StyleRule[] {
  return [...css.matchAll(/([^{}@;]+)\{([^{}]*)\}/g)].flatMap(([, selectors = '', body = '']) =>
    selectors.split(',').flatMap((text) => {
      const selector = selectorOf(text.trim());
      if (selector === undefined) return [];
      const weight = selector.reduce((sum, { tag, classes }) => sum + classes.length * 100 + (tag === undefined ? 0 : 1), 0);
      return [{ selector, weight, ...declarations(body) }];
    }),
  );
}

/** Undefined for what hangs on more than tags and classes (`:hover`, `[href]`, `#id`): it says nothing about mails at rest. */
function selectorOf(text: string): StyleRule['selector'] | undefined {
  const words = text
    .replace(/\s*>\s*/g, ' >')
    .split(/\s+/)
    .filter(Boolean);
  const parts = words.map((word) => /^(>?)([a-z][\w-]*)?((?:\.[\w-]+)*)$/i.exec(word));
  if (parts.length === 0 || parts.some((part) => part === null)) return undefined;
  return parts
    .map((part) => ({
      tag: part?.[2]?.toLowerCase(),
      classes: (part?.[3] ?? '').split('.').filter(Boolean),
      child: part?.[1] === '>',
    }))
    .reverse();
}

function matches(selector: StyleRule['selector'], way: readonly Element[]): boolean {
  const [last, ...outer] = selector;
  const element = way.at(-1);
  if (last === undefined || element === undefined || !fits(last, element)) return false;
  if (outer.length === 0) return true;
  const above = way.slice(0, -1);
  if (last.child) return matches(outer, above);
  return above.some((_, index) => matches(outer, above.slice(0, above.length - index)));
}

function fits({ tag, classes }: StyleRule['selector'][number], element: Element): boolean {
  return (tag === undefined || tag === element.name) && classes.every((one) => element.classes.includes(one));
}
