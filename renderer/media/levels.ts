// How loud a track is, for the bar beside the microphone button.

const SAMPLES = 512
const INTERVAL_MS = 100
/** Decibels of full scale shown as 0 and as 1: a quiet room and a raised voice. */
const QUIET_DB = -60
const LOUD_DB = -10

/** From samples between -1 and 1 to a level between 0 and 1, by ear (logarithmic). */
export function levelOf(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length)
  const decibels = power > 0 ? 10 * Math.log10(power) : -Infinity
  return Math.min(1, Math.max(0, (decibels - QUIET_DB) / (LOUD_DB - QUIET_DB)))
}

/** Reports ten times a second until the returned function is called; never alters or keeps the track. */
export function watchLevel(
  track: MediaStreamTrack,
  context: AudioContext,
  onLevel: (level: number) => void,
): () => void {
  const analyser = new AnalyserNode(context, { fftSize: SAMPLES })
  const source = context.createMediaStreamSource(new MediaStream([track]))
  source.connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples)
    onLevel(levelOf(samples))
  }, INTERVAL_MS)
  return () => {
    clearInterval(timer)
    source.disconnect()
  }
}
