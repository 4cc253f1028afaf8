/** What people are told about a rule. */
export type RuleDescription = {
  readonly severity: 'error' | 'warning';
  readonly why: string;
  readonly fix: string;
  readonly example: Example;
};

/** Pieces of files, as text: JSON, MJML or Liquid. A line that is a path says which file the lines below it are. */
type Example = {
  /** Where the piece stands or what surrounds it, where that does not go without saying. */
  readonly given?: string;
  readonly bad: string;
  readonly good: string;
};
