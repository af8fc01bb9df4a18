// The stronger noise suppression: RNNoise between the microphone and what is sent. Loaded only when it is wanted.
import { loadRnnoise, RnnoiseWorkletNode } from '@sapphi-red/web-noise-suppressor'
import wasmUrl from '@sapphi-red/web-noise-suppressor/rnnoise.wasm?url'
import simdUrl from '@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm?url'
import workletUrl from '@sapphi-red/web-noise-suppressor/rnnoiseWorklet.js?url'

/** What RNNoise was trained on. */
const SAMPLE_RATE = 48_000
/** A page that nobody has touched yet may not run audio; waiting longer would keep its person silent. */
const START_MAX_MS = 1_000

/**
 * The voice in this stream's audio track, as a track that is used, stopped and ended like the microphone's own. Rejects when the
 * page cannot do it now; the stream is untouched then.
 */
export async function withoutNoise(stream: MediaStream): Promise<MediaStream> {
  const [microphone] = stream.getAudioTracks()
  if (!microphone) throw new Error('there is no voice in this stream')
  const context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: 'interactive' })
  try {
    const [wasmBinary] = await Promise.all([
      loadRnnoise({ url: wasmUrl, simdUrl }),
      context.audioWorklet.addModule(workletUrl),
      running(context),
    ])
    const filter = new RnnoiseWorkletNode(context, { maxChannels: 1, wasmBinary })
    const output = context.createMediaStreamDestination()
    context
      .createMediaStreamSource(new MediaStream([microphone]))
      .connect(filter)
      .connect(output)
    const [voice] = output.stream.getAudioTracks()
    if (!voice) throw new Error('the filter gives no track')
    return new MediaStream([inPlaceOf(microphone, voice, () => close(context, filter))])
  } catch (error) {
    await context.close()
    throw error
  }
}

async function running(context: AudioContext): Promise<void> {
  await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, START_MAX_MS))])
  if (context.state !== 'running') throw new Error('the page may not run audio yet')
}

function close(context: AudioContext, filter: RnnoiseWorkletNode): void {
  filter.destroy()
  void context.close()
}

/** Whoever stops the voice stops the microphone, and a microphone that is unplugged ends the voice. */
function inPlaceOf(microphone: MediaStreamTrack, voice: MediaStreamTrack, release: () => void): MediaStreamTrack {
  const stop = voice.stop.bind(voice)
  let ended = false
  const end = () => {
    if (ended) return
    ended = true
    stop()
    microphone.stop()
    release()
  }
  voice.stop = end
  voice.getSettings = () => microphone.getSettings()
  microphone.addEventListener('ended', () => {
    end()
    voice.dispatchEvent(new Event('ended'))
  })
  return voice
}
