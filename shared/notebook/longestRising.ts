/**
 * The longest part of `numbers` that rises, in its order: with new places of cells, the most that need not be moved.
 * Numbers differ from one another.
 */
export function longestRising(numbers: readonly number[]): ReadonlySet<number> {
  /** `ends[n]`: index of the smallest number that ends a rising part of n + 1. */
  const ends: number[] = [];
  const before: number[] = [];
  for (const [index, number] of numbers.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((numbers[ends[middle] ?? 0] ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    before[index] = low === 0 ? -1 : (ends[low - 1] ?? -1);
    ends[low] = index;
  }
  const rising = new Set<number>();
  for (let index = ends.at(-1) ?? -1; index >= 0; index = before[index] ?? -1) rising.add(numbers[index] ?? 0);
  return rising;
}
