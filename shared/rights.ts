// Who may do what in a meeting: one rule for the server, which enforces it, and for the client, which shows it.
import type { ProducerSource } from './protocol/media.ts'
import type { MembersMay, Participant, Right } from './protocol/things.ts'

export const RIGHTS = ['microphone', 'camera', 'share', 'chat'] as const satisfies readonly Right[]
export const everythingAllowed: MembersMay = { microphone: true, camera: true, share: true, chat: true }

/** Owner and admins always; members when members may, or when they were allowed in person. */
export const maySend = (
  membersMay: MembersMay,
  { role, allowed }: Pick<Participant, 'role' | 'allowed'>,
  right: Right,
): boolean => role !== 'member' || membersMay[right] || (allowed?.includes(right) ?? false)

/** The right that is needed to send this. */
export const rightFor = (source: ProducerSource): Exclude<Right, 'chat'> =>
  source === 'screen' || source === 'screenAudio' ? 'share' : source

/** What is sent by this right. */
export const SOURCES_OF: Readonly<Record<Right, readonly ProducerSource[]>> = {
  microphone: ['microphone'],
  camera: ['camera'],
  share: ['screen', 'screenAudio'],
  chat: [],
}
