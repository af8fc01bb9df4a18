// Video elements for tracks. Those of a ring are made while it rings, so that the first frame after the answer finds its element playing.

const prepared = new WeakMap<MediaStreamTrack, HTMLVideoElement>()

function open(track: MediaStreamTrack): HTMLVideoElement {
  const video = document.createElement('video')
  video.autoplay = true
  video.playsInline = true
  video.muted = true
  video.srcObject = new MediaStream([track])
  // A page that has just been loaded may not play before a gesture; the picture then comes with the next one.
  video.play().catch(() => undefined)
  return video
}

export const prepareVideo = (track: MediaStreamTrack) => void prepared.set(track, open(track))

/** The element prepared for this track, once; afterwards, and without one, a new one. */
export function videoFor(track: MediaStreamTrack): HTMLVideoElement {
  const video = prepared.get(track) ?? open(track)
  prepared.delete(track)
  return video
}
