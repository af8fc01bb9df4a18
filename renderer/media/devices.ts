// Opens the microphone and the camera. Only ever called upon a person's own gesture (calls.md, rule 9).

/** Why there is no microphone or camera, in the words of the interface. */
export type DeviceError = 'denied' | 'notFound' | 'inUse' | 'failed'
export type GetUserMedia = (constraints: MediaStreamConstraints) => Promise<MediaStream>
export type Captured = { ok: true; track: MediaStreamTrack } | { ok: false; error: DeviceError }

export const MICROPHONE_CONSTRAINTS: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
}
export const CAMERA_CONSTRAINTS: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30 },
}

const ERROR_OF_NAME: Record<string, DeviceError> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'notFound',
  OverconstrainedError: 'notFound',
  NotReadableError: 'inUse',
  AbortError: 'inUse',
}

/** One track of the kind asked for; the reason as a value when there is none. */
export async function capture(getUserMedia: GetUserMedia, constraints: MediaStreamConstraints): Promise<Captured> {
  try {
    const [track] = (await getUserMedia(constraints)).getTracks()
    return track ? { ok: true, track } : { ok: false, error: 'notFound' }
  } catch (error) {
    const name = error instanceof Error ? error.name : ''
    return { ok: false, error: ERROR_OF_NAME[name] ?? 'failed' }
  }
}
