// Whether somebody talks, from how loud their microphone is ten times a second: a word does, a cough or a key does not. Pure.

/** Of `levelOf`, 0 to 1: a voice near the microphone. */
const LOUD = 0.45
/** So much of the last moments has to be loud. */
const WINDOW = 15
const LOUD_MIN = 6

export function createVoiceWatch(): (level: number) => boolean {
  let recent: boolean[] = []
  return (level) => {
    recent = [...recent, level >= LOUD].slice(-WINDOW)
    return recent.filter(Boolean).length >= LOUD_MIN
  }
}
