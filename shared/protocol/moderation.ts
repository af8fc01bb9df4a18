// Commands by which the owner and admins of a meeting look after it (calls.md, section 4, `participant.*`). Not in direct rooms.
import { z } from 'zod'
import { idSchema, participantSchema, roleSchema, roomSchema } from './things.ts'

const somebody = { roomId: idSchema, userId: idSchema }

export const moderationCommands = {
  /** Owner only: admins may cancel anybody's rings, mute people and remove members. */
  'participant.setRole': {
    input: z.object({ ...somebody, role: roleSchema.exclude(['owner']) }),
    output: z.object({ participant: participantSchema }),
  },
  /** Owner and admins, of anybody else inside. Their microphone is silent from now on; they turn it on again themselves. */
  'participant.mute': { input: z.object(somebody), output: z.object({}) },
  /** Owner and admins: everybody but whoever asks. */
  'participant.muteAll': { input: z.object({ roomId: idSchema }), output: z.object({}) },
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
