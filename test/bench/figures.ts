// What the benchmarks say about a row of times.

/** The nearest-rank percentile; `NaN` of nothing. */
export function percentile(times: readonly number[], fraction: number): number {
  const sorted = times.toSorted((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)] ?? NaN
}

export const median = (times: readonly number[]) => percentile(times, 0.5)

/** Milliseconds with one decimal: finer than what any of these measurements can tell apart. */
export const rounded = (ms: number) => Math.round(ms * 10) / 10
