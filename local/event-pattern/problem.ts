/** Why EventBridge would refuse a pattern. */
export class PatternProblem extends Error {}
