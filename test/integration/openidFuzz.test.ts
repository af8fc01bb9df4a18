// A few hundred of the requests that `test/fuzz/openid.ts` makes up.
import { expect, test } from 'vitest'
import { fuzzOpenid } from '../fuzz/openid.ts'

test('hundreds of made-up, truncated, replayed and mixed-up requests sign nobody in, and break nothing', async () => {
  const outcome = await fuzzOpenid({ n: 600, seed: 20_261_128 })
  expect(outcome).toMatchObject({ crashes: 0, unhandledRejections: 0, wrongSessions: 0, strays: 0 })
  // It came as far as it can, so that nothing above holds for want of trying.
  expect(outcome.rightSessions).toBeGreaterThan(3)
  expect(outcome.refusals).toBeGreaterThan(200)
})
