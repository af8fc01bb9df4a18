// How quickly a call was answered: both sides can read it, and the server sums it up.
import { expect, test } from 'vitest'
import { until } from '../support/browsers.ts'
import { setBrowserStage } from '../support/browserStage.ts'

const TOKEN = 'a-token-of-this-test'
const { server, person } = setBrowserStage({ env: { PARLEY_METRICS_TOKEN: TOKEN } })

const metrics = async () =>
  (await fetch(`${server().url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })).text()

test('an answered ring says on both screens how long it took, and both devices tell the server', async () => {
  const ann = await person('ann')
  const ben = await person('ben')
  await ann.startMeeting()
  await ann.ring(['Ben Osei'])
  await ann.pendingRow('Ben Osei').getByText('Ringing').waitFor()
  await ben.answer('Video')
  await ann.page.getByText(/^Ben Osei answered after \d+\.\d secs? · picture after \d+\.\d secs?$/).waitFor()
  await ben.page.getByText(/^Answered in \d+\.\d secs? · picture after \d+\.\d secs?$/).waitFor()
  const steps = ['invited', 'delivered', 'answered'] as const
  const marks = await Promise.all(steps.map((step) => ann.mark(step)))
  expect(marks, 'the caller’s own marks, in order').toEqual(marks.toSorted((a, b) => (a ?? 0) - (b ?? 0)))
  expect(marks).not.toContain(null)
  for (const side of ['caller', 'callee']) {
    for (const step of ['first_audio', 'first_video']) {
      const line = `parley_call_${step}_seconds_count{side="${side}"} 1\n`
      await until(line, async () => (await metrics()).includes(line))
    }
  }
  const text = await metrics()
  expect(text).toContain('parley_call_connected_seconds_count{side="callee"} 1\n')
  expect(text).toContain('parley_call_delivered_seconds_count 1\n')
  expect(text).toContain('parley_call_answered_seconds_count 1\n')
})
