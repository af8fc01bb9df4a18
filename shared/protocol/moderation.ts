// Commands by which the owner and admins of a meeting look after it (calls.md, section 4, `participant.*`). Not in direct rooms.
import { z } from 'zod'
import { idSchema, participantSchema, rightSchema, roleSchema, roomSchema } from './things.ts'

const somebody = { roomId: idSchema, userId: idSchema }

export const moderationCommands = {
  /** Owner only: admins may cancel anybody's rings, mute people and remove members. */
  'participant.setRole': {
    input: z.object({ ...somebody, role: roleSchema.exclude(['owner']) }),
    output: z.object({ participant: participantSchema }),
  },
  /** Owner and admins, of anybody else inside. Their microphone is silent from now on; they turn it on again themselves. */
  'participant.mute': { input: z.object(somebody), output: z.object({}) },
  /** Owner and admins: everybody but whoever asks. With `lock` members do not turn it on again by themselves (`membersMay`). */
  'participant.muteAll': {
    input: z.object({ roomId: idSchema, lock: z.boolean().default(false) }),
    output: z.object({}),
  },
  /** Owner and admins, of anybody else inside: their camera, or what they share, is off. They turn it on again themselves. */
  'participant.stopSource': {
    input: z.object({ ...somebody, source: z.enum(['camera', 'screen']) }),
    output: z.object({}),
  },
  /** Owner and admins: one person may do what members may not, or may not any more. */
  'participant.allow': {
    input: z.object({ ...somebody, right: rightSchema, allowed: z.boolean() }),
    output: z.object({ participant: participantSchema }),
  },
  /**
   * The owner removes anybody else, admins remove members. Whoever was removed comes back as a member; with `mayReturn: false`
   * only after the owner or an admin has rung them again.
   */
  'participant.remove': {
    input: z.object({ ...somebody, mayReturn: z.boolean().default(true) }),
    output: z.object({}),
  },
  /**
   * By the owner, to anybody inside: the former owner becomes an admin. While the owner has no seat in the room, the first in
   * line (`firstInLine`) takes it over by naming themselves.
   */
  'participant.transferOwner': { input: z.object(somebody), output: z.object({ room: roomSchema }) },
} as const
