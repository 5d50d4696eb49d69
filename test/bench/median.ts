/** The middle of some measurements, rounded to a thousandth: less would be noise. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  return Math.round(middle * 1_000) / 1_000;
}
