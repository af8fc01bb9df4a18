// What each tile of the stage shows, from participants (signaling) and tracks (media).
import { computed } from 'vue'
import type { Weakness } from '../../shared/protocol/media.ts'
import type { Participant } from '../../shared/protocol/things.ts'
import { nameOf } from '../media/views.ts'
import { useHostState } from '../stores/hostState.ts'
import { useMedia } from '../stores/media.ts'
import { useRoom } from '../stores/room.ts'

export type Tile = {
  participant: Participant
  mine: boolean
  /** Null shows the avatar. */
  video: MediaStreamTrack | null
  muted: boolean
  speaking: boolean
  /** Of the connection; null when it is good. */
  weak: Weakness | null
  /** Their picture is there, and this computer does not manage it. */
  withheld: boolean
}

/** What somebody sends. What was prepared while it rang stays until the meeting has taken it up: the picture must not blink in between. */
export function useTracks() {
  const media = useMedia()
  return ({ roomId, user }: Participant) => {
    const { state } = media
    const current = state?.roomId === roomId ? state.remote[user.id] : undefined
    return current ?? state?.prepared[roomId]?.[user.id]
  }
}

/** `ownPicture`: whether one's own is shown as well. */
export function useTiles(ownPicture: () => boolean) {
  const hostState = useHostState()
  const media = useMedia()
  const room = useRoom()
  const tracksOf = useTracks()

  function tileOf(participant: Participant): Tile {
    const userId = participant.user.id
    const mine = userId === hostState.me?.id
    const remote = tracksOf(participant)?.camera
    const { camera, strain, weak, upstream } = media.state ?? {}
    // Held back for want of strength, nobody sees it: oneself neither.
    const own = ownPicture() && strain !== 'none' ? (camera?.track ?? null) : null
    const withheld = !mine && (media.state?.withheld.has(nameOf(userId, 'camera')) ?? false)
    // Nobody is muted who is only about to come in.
    const muted = mine ? hostState.seat !== null && !media.microphoneOn : !participant.microphone
    return {
      participant,
      mine,
      video: mine ? own : remote && !remote.paused && !withheld ? remote.track : null,
      muted,
      speaking: !muted && hostState.mirror.speakers.includes(userId),
      weak: weak?.[userId] ?? (mine ? upstream : null) ?? null,
      withheld,
    }
  }

  // Others first and oneself last, each in the order they came: nobody's place changes while people speak.
  return computed(() => {
    const tiles = room.participants.map(tileOf)
    return [...tiles.filter((tile) => !tile.mine), ...tiles.filter((tile) => tile.mine)]
  })
}
