// When this computer does not manage its pictures: what is left out, step by step, and when it is tried again. Pure; time comes in.

/** `smaller`: it sends smaller pictures; `fewer`: it also receives fewer; `none`: it sends and receives sound alone. */
export type StrainLevel = 'full' | 'smaller' | 'fewer' | 'none'
const LEVELS: readonly StrainLevel[] = ['full', 'smaller', 'fewer', 'none']

export type StrainSample = {
  atMs: number
  /** The encoder says that the processor holds it back. */
  encoderHeldBack: boolean
  /** Of the pictures that came, the part that was not shown in time; null when hardly any came. */
  droppedPart: number | null
}

export type StrainState = {
  level: StrainLevel
  /** Since when every sample said the same; null: the next one begins. */
  strainedSince: number | null
  calmSince: number | null
  /** How long it has to be calm before more is tried; longer after each trial that failed. */
  calmMs: number
  /** When more was last tried. */
  triedAt: number | null
}

/** At each level, so long it has to be too much before the next one is gone to. */
const STRAINED_MS: Record<StrainLevel, number> = { full: 6_000, smaller: 10_000, fewer: 15_000, none: Infinity }
const CALM_MS = 30_000
const CALM_MS_MAX = 480_000
/** Too much again within this time after trying more: it was too early. */
const TRIAL_MS = 60_000
const DROPPED_MAX = 0.3
/** Without any picture it takes as much to be too much. */
const DROPPED_TO_NONE = 0.5

export const unstrained: StrainState = {
  level: 'full',
  strainedSince: null,
  calmSince: null,
  calmMs: CALM_MS,
  triedAt: null,
}

export function takeSample(state: StrainState, sample: StrainSample): StrainState {
  const { atMs } = sample
  if (!isStrained(state.level, sample)) return calm({ ...state, strainedSince: null }, atMs)
  const strainedSince = state.strainedSince ?? atMs
  if (atMs - strainedSince < STRAINED_MS[state.level]) return { ...state, strainedSince, calmSince: null }
  const tooEarly = state.triedAt !== null && atMs - state.triedAt < TRIAL_MS
  return {
    level: moved(state.level, 1),
    strainedSince: null,
    calmSince: null,
    calmMs: tooEarly ? Math.min(CALM_MS_MAX, state.calmMs * 2) : state.calmMs,
    triedAt: null,
  }
}

/** The person wants pictures again: all at once, and what they cost is measured anew. */
export const turnOnAgain = (state: StrainState, atMs: number): StrainState => ({
  ...unstrained,
  calmMs: state.calmMs,
  triedAt: atMs,
})

function calm(state: StrainState, atMs: number): StrainState {
  const calmSince = state.calmSince ?? atMs
  if (state.level === 'full') {
    const proven = state.triedAt === null || atMs - state.triedAt >= TRIAL_MS
    return { ...state, calmSince, calmMs: proven ? CALM_MS : state.calmMs }
  }
  if (atMs - calmSince < state.calmMs) return { ...state, calmSince }
  return { ...state, level: moved(state.level, -1), calmSince: null, triedAt: atMs }
}

function isStrained(level: StrainLevel, { encoderHeldBack, droppedPart }: StrainSample): boolean {
  const dropped = droppedPart ?? 0
  // Sending hardly anything, an encoder that is held back says only that something else takes the processor.
  if (level === 'fewer') return dropped >= DROPPED_TO_NONE
  return encoderHeldBack || dropped >= DROPPED_MAX
}

const moved = (level: StrainLevel, by: number): StrainLevel =>
  LEVELS[Math.max(0, Math.min(LEVELS.length - 1, LEVELS.indexOf(level) + by))] ?? level
