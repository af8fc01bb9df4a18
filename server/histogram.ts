// Durations counted into buckets, as text that Prometheus and its like read (exposition format 0.0.4).

export interface Histogram {
  /** `label` is one of those the histogram was made with. */
  observe(ms: number, label?: string): void
  /** Lines, each ended. */
  text(): string
}

export type HistogramOptions = {
  /** Ends with `_seconds`. */
  name: string
  help: string
  /** Upper bounds in seconds, rising. */
  bounds: readonly number[]
  /** The one label there is, and all its values: nobody outside decides how many series there are. */
  label?: { name: string; values: readonly string[] }
}

type Series = { counts: number[]; sum: number; count: number }

export function createHistogram({ name, help, bounds, label }: HistogramOptions): Histogram {
  const values = label?.values ?? ['']
  const series = new Map(values.map((value) => [value, { counts: bounds.map(() => 0), sum: 0, count: 0 } as Series]))

  function lines(value: string, { counts, sum, count }: Series): string[] {
    const own = label === undefined ? [] : [`${label.name}="${value}"`]
    const labelled = (more: string[]) => (own.length + more.length > 0 ? `{${[...own, ...more].join(',')}}` : '')
    const buckets = bounds.map((bound, index) => `${name}_bucket${labelled([`le="${bound}"`])} ${counts[index]}`)
    return [
      ...buckets,
      `${name}_bucket${labelled(['le="+Inf"'])} ${count}`,
      `${name}_sum${labelled([])} ${Math.round(sum * 1000) / 1000}`,
      `${name}_count${labelled([])} ${count}`,
    ]
  }

  return {
    observe(ms, value = '') {
      const known = series.get(value)
      if (known === undefined) throw new Error(`${name} has no series "${value}"`)
      const seconds = ms / 1000
      // Each bucket counts everything up to its bound.
      bounds.forEach((bound, index) => seconds <= bound && (known.counts[index] = (known.counts[index] ?? 0) + 1))
      known.sum += seconds
      known.count++
    },
    text: () =>
      [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} histogram`,
        ...[...series].flatMap(([value, own]) => lines(value, own)),
      ]
        .map((line) => `${line}\n`)
        .join(''),
  }
}
