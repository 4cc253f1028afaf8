/** Takes off what binary fractions add to decimal amounts: 0.1 + 0.2 is 0.3, and 4.35 × 100 is 435. Holds six decimals. */
export function exact(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
