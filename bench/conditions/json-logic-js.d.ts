// The package brings no types of its own. These are the parts that are used.
declare module 'json-logic-js' {
  export type Logic = string | number | boolean | null | readonly Logic[] | { readonly [operator: string]: Logic };
  const jsonLogic: {
    readonly apply: (logic: Logic, data: object) => unknown;
  };
  // biome-ignore lint/style/noDefaultExport: this is how the package exports it
  export default jsonLogic;
}
