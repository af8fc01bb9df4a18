// Who may write to a meeting: asked by the server before it keeps a message, and by the client before it offers to write one.
import type { Role, Room } from '../protocol/things.ts'

/** `room`: what both sides know of its kind and settings. A call between two has a chat as well. */
export function mayChat(_room: Pick<Room, 'kind' | 'settings'>, _role: Role): boolean {
  return true
}
