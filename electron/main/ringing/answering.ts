// Answering and declining, from whichever surface. There is one way to answer; surfaces without room for a question hand it to the pop-up.
import { leavingFor, type Leaving } from '../../../shared/client/leaving.ts'
import type { Session } from '../../../shared/client/session.ts'
import type { AnswerOutcome } from '../../../shared/host.ts'
import type { Result } from '../../../shared/protocol/result.ts'
import type { Log } from '../log.ts'
import type { MainWindow } from '../shell/mainWindow.ts'
import type { PopupWindow } from '../shell/popupWindow.ts'

/** What tray and notification can do with a ring. */
export type RingActions = {
  answer(callId: string, camera: boolean): void
  /** @param reply told to the caller */
  decline(callId: string, reply?: string): void
  /** Shows the ring, for a closer look. */
  look(callId: string): void
  /** True when answering means leaving another meeting: then `answer` asks first. */
  mustAsk(callId: string): boolean
}

type Answer = { callId: string; camera: boolean; leaveOther?: boolean | undefined }

export type Answering = ReturnType<typeof createAnswering>

export function createAnswering(options: { session: Session; mainWindow: MainWindow; popup: PopupWindow; log: Log }) {
  const { session, mainWindow, popup, log } = options

  const underWay = new Map<string, Promise<Result<AnswerOutcome>>>()

  /** Whoever answers once more before the server has said anything gets the first answer: one gesture, one entry. */
  function answer(input: Answer): Promise<Result<AnswerOutcome>> {
    const same = `${input.callId} ${input.leaveOther ?? false}`
    const first = underWay.get(same)
    if (first) return first
    const answering = answerNow(input).finally(() => underWay.delete(same))
    underWay.set(same, answering)
    return answering
  }

  async function answerNow(input: Answer): Promise<Result<AnswerOutcome>> {
    const result = await session.answer(input)
    if (result.ok && result.value.outcome === 'joined') mainWindow.show()
    log.info(`answer to ${input.callId}: ${result.ok ? result.value.outcome : result.error.code}`)
    return result
  }

  function look(callId: string): void {
    if (popup.reveal()) return
    mainWindow.command({ name: 'showRing', callId })
  }

  async function answerOrAsk(callId: string, camera: boolean): Promise<void> {
    const leaving = leavingBy(callId)
    if (leaving === 'meeting') return look(callId)
    lookWhenOffline(callId)
    const result = await answer({ callId, camera, leaveOther: leaving === 'ownCall' })
    // In a meeting after all (a seat taken meanwhile), or out of reach: the pop-up asks, or says so.
    if (!result.ok) look(callId)
  }

  function leavingBy(callId: string): Leaving {
    const { mirror } = session.state
    const call = mirror.calls[callId]
    return call ? leavingFor(mirror, call) : 'nothing'
  }

  /** What is asked now waits for the connection as long as it can; the pop-up says meanwhile what is the matter. */
  function lookWhenOffline(callId: string): void {
    if (session.state.status !== 'online') look(callId)
  }

  async function decline(callId: string, reply?: string): Promise<void> {
    lookWhenOffline(callId)
    const result = await session.decline({ callId, reply })
    log.info(`decline of ${callId}: ${result.ok ? result.value.call.status : result.error.code}`)
    if (!result.ok) look(callId)
  }

  const actions: RingActions = {
    answer: (callId, camera) => void answerOrAsk(callId, camera),
    decline: (callId, reply) => void decline(callId, reply),
    look,
    mustAsk: (callId) => leavingBy(callId) === 'meeting',
  }
  return { answer, actions }
}
