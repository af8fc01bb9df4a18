import { describe, expect, test } from 'vitest'
import { createHistogram } from '../../../server/histogram.ts'

describe('a histogram', () => {
  const create = () =>
    createHistogram({
      name: 'parley_test_seconds',
      help: 'For a test.',
      bounds: [0.1, 1],
      label: { name: 'side', values: ['caller', 'callee'] },
    })

  test('counts every duration into all buckets that it fits', () => {
    const histogram = create()
    for (const ms of [50, 100, 101, 5_000]) histogram.observe(ms, 'callee')
    expect(histogram.text()).toBe(
      [
        '# HELP parley_test_seconds For a test.',
        '# TYPE parley_test_seconds histogram',
        'parley_test_seconds_bucket{side="caller",le="0.1"} 0',
        'parley_test_seconds_bucket{side="caller",le="1"} 0',
        'parley_test_seconds_bucket{side="caller",le="+Inf"} 0',
        'parley_test_seconds_sum{side="caller"} 0',
        'parley_test_seconds_count{side="caller"} 0',
        'parley_test_seconds_bucket{side="callee",le="0.1"} 2',
        'parley_test_seconds_bucket{side="callee",le="1"} 3',
        'parley_test_seconds_bucket{side="callee",le="+Inf"} 4',
        'parley_test_seconds_sum{side="callee"} 5.251',
        'parley_test_seconds_count{side="callee"} 4',
        '',
      ].join('\n'),
    )
  })

  test('without a label it has one series', () => {
    const histogram = createHistogram({ name: 'parley_plain_seconds', help: 'Plain.', bounds: [1] })
    histogram.observe(1_000)
    expect(histogram.text()).toContain('parley_plain_seconds_bucket{le="1"} 1\n')
    expect(histogram.text()).toContain('parley_plain_seconds_count 1\n')
  })

  test('a series that nobody foresaw is a bug', () => {
    expect(() => create().observe(1, 'Ann')).toThrow('no series')
  })
})
