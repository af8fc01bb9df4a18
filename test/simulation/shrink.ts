// Makes a failing story short: leaves out actions for as long as what remains still violates something.
import { runHistory, type HistoryRequest } from './history.ts'
import { optionsFor } from './options.ts'
import { drawStory, type Action } from './story.ts'

export async function shrink(request: HistoryRequest): Promise<{ actions: Action[]; violations: string[] }> {
  let actions = drawStory(optionsFor(request.seed, request.onDisk))
  let { violations } = await runHistory({ ...request, actions })
  for (let size = Math.ceil(actions.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < actions.length;) {
      const fewer = actions.filter((_, place) => place < start || place >= start + size)
      const outcome = await runHistory({ ...request, actions: fewer })
      if (outcome.violations.length > 0) {
        actions = fewer
        violations = outcome.violations
      } else start += size
    }
  }
  return { actions, violations }
}
