// The packages bring no types of their own. These are the parts that are used.
declare module 'mjml' {
  type MjmlError = { readonly line: number; readonly message: string; readonly tagName: string };
  type Options = {
    readonly validationLevel: 'soft';
    readonly ignoreIncludes: true;
    readonly keepComments: boolean;
    readonly minify: false;
    readonly fonts: Readonly<Record<string, string>>;
  };
  const mjml2html: (
    source: string,
    options: Options,
  ) => Promise<{ readonly html: string; readonly errors: readonly MjmlError[] }>;
  // biome-ignore lint/style/noDefaultExport: this is how the package exports it
  export default mjml2html;
}

declare module 'html-to-text' {
  type Selector = { readonly selector: string; readonly format?: string; readonly options?: Readonly<Record<string, unknown>> };
  export function convert(
    html: string,
    options: { readonly wordwrap: number | false; readonly selectors: readonly Selector[] },
  ): string;
}
