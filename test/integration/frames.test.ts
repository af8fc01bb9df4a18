// A short run of `npm run fuzz`: strangers' input against a server of its own, in which three people only sit there.
import { expect, test } from 'vitest'
import { fuzzFrames } from '../fuzz/frames.ts'
import { missingWorker } from '../support/media/engine.ts'

const missing = missingWorker()
if (missing) console.warn(`the fuzz of a whole server is skipped: ${missing}`)

test.skipIf(missing)(
  'no input of strangers breaks the server or changes what is somebody else’s',
  { timeout: 120_000 },
  async () => {
    const said: string[] = []
    const outcome = await fuzzFrames({
      frames: 4_000,
      httpRequests: 300,
      seed: 7,
      settleMs: 0,
      say: (line) => said.push(line),
    })
    expect(outcome, said.join('\n')).toMatchObject({ frames: 4_000, crashes: 0, unhandled: 0, forbiddenChanges: 0 })
    // They got as far as commands can get.
    const { ok = 0, notAllowed = 0, invalid = 0, notInRoom = 0 } = outcome.answers
    expect(Math.min(ok, notAllowed, invalid, notInRoom)).toBeGreaterThan(20)
  },
)
