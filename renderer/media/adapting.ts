// Keeps what is sent and received to what is of use here: pictures nobody sees are not received, and a computer that does not manage
// them all sends smaller ones, receives fewer, and at last none.
import type { Connections, ConsumerView, Weakness } from '../../shared/protocol/media.ts'
import type { Result } from '../../shared/protocol/result.ts'
import type { Timers } from '../../shared/time.ts'
import type { LocalSource } from './localSource.ts'
import { limitLayers } from './sendingLimits.ts'
import type { Session } from './session.ts'
import { takeSample, turnOnAgain, unstrained, type StrainLevel, type StrainState } from './strain.ts'
import { flowOf, readFlow, type Flow } from './strainStats.ts'
import { ALL, createViews, type Allowance, type Picture, type PictureSource, type Views } from './views.ts'

const LOOK_EVERY_MS = 2_000
/** So many looks in a row find the encoder held back by bandwidth before it is called weak: at first it always is. */
const NARROW_LOOKS = 6

const ALLOWANCES: Record<StrainLevel, Allowance> = {
  full: ALL,
  smaller: ALL,
  fewer: { cameras: 4, screens: true, scale: 0.5 },
  none: { cameras: 0, screens: false, scale: 0.5 },
}

export type AdaptingOptions = {
  timers: Pick<Timers, 'after'>
  /** Milliseconds, of any clock that goes forward. */
  now(): number
  session(): Session | null
  camera: LocalSource
  setViews(roomId: string, turn: number, views: ConsumerView[]): Promise<Result<Connections>>
  onChange(): void
}

export interface Adapting {
  readonly views: Views
  level(): StrainLevel
  /** How one's own pictures get away; null: well enough. */
  upstream(): Weakness | null
  /** Upon a press: all pictures again, whatever it takes. */
  turnPicturesOn(): void
  /** Media has been opened, or opened anew. */
  restart(): void
  /** The meeting is over. */
  stop(): void
}

export function createAdapting(options: AdaptingOptions): Adapting {
  const { timers, now, camera } = options
  let strain: StrainState = unstrained
  let flow: Flow | null = null
  let narrowLooks = 0
  let callOff: (() => void) | null = null

  const views = createViews({
    timers,
    pictures: () => options.session()?.receiver.received().flatMap(pictureOf) ?? [],
    async tell(turn, list) {
      const session = options.session()
      if (!session) return true
      const answer = await options.setViews(session.roomId, turn, list)
      if (answer.ok) session.connectionsTold(answer.value)
      return answer.ok
    },
    onWithheld: options.onChange,
  })

  function change(next: StrainState) {
    const before = strain.level
    strain = next
    if (next.level === before) return
    apply()
    options.onChange()
  }

  function apply() {
    const { level } = strain
    views.setAllowance(ALLOWANCES[level])
    camera.hold(level === 'none')
    const producer = camera.producer()
    if (producer) void limitLayers(producer, level)
  }

  async function look() {
    callOff = null
    const session = options.session()
    if (!session) return
    const now_ = flowOf(await readFlow(session, camera.producer()))
    if (session !== options.session()) return
    const wasNarrow = narrowLooks >= NARROW_LOOKS
    narrowLooks = now_.heldBackBy === 'bandwidth' ? narrowLooks + 1 : 0
    if (wasNarrow !== narrowLooks >= NARROW_LOOKS) options.onChange()
    change(
      takeSample(strain, {
        atMs: now(),
        encoderHeldBack: now_.heldBackBy === 'cpu',
        droppedPart: droppedBetween(flow, now_),
      }),
    )
    flow = now_
    // A camera that was turned on again has new layers.
    if (strain.level !== 'full') apply()
    again()
  }

  const again = () => (callOff ??= timers.after(LOOK_EVERY_MS, () => void look().catch(again)))

  return {
    views,
    level: () => strain.level,
    upstream: () => (narrowLooks >= NARROW_LOOKS ? 'fair' : null),
    turnPicturesOn: () => change(turnOnAgain(strain, now())),
    restart() {
      flow = null
      narrowLooks = 0
      views.restart()
      again()
    },
    stop() {
      callOff?.()
      callOff = null
      change(unstrained)
      views.restart()
    },
  }
}

function pictureOf({ id, userId, source }: ReturnType<Session['receiver']['received']>[number]): Picture[] {
  const isPicture = (name: typeof source): name is PictureSource => name === 'camera' || name === 'screen'
  return isPicture(source) ? [{ consumerId: id, userId, source }] : []
}

/** Hardly any pictures say nothing about the processor. */
const PICTURES_MIN = 20

function droppedBetween(before: Flow | null, after: Flow): number | null {
  if (!before) return null
  const dropped = after.dropped - before.dropped
  const came = after.decoded - before.decoded + dropped
  return dropped < 0 || came < PICTURES_MIN ? null : dropped / came
}
