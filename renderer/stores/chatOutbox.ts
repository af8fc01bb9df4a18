// What this person is writing, and what is on its way: one message after the other, so that they arrive as they were written.
import { ref, shallowRef } from 'vue'
import type { Host } from '../../shared/host.ts'
import { chatTextSchema, type ChatMessage } from '../../shared/protocol/chat.ts'
import type { ProtocolError } from '../../shared/protocol/result.ts'
import type { User } from '../../shared/protocol/things.ts'
import { createId } from '../host/webStorage.ts'

/** `error`: why it was not sent; null while it is on its way. */
export type OutgoingMessage = { id: string; text: string; to: User | null; error: ProtocolError | null }

export function createChatOutbox(options: {
  host: Pick<Host, 'ask'>
  roomId(): string
  onSent(message: ChatMessage): void
}) {
  const draft = ref('')
  /** Null: everybody. */
  const recipient = shallowRef<User | null>(null)
  const outgoing = shallowRef<readonly OutgoingMessage[]>([])
  let sending = false

  const without = (ids: ReadonlySet<string>) =>
    (outgoing.value = outgoing.value.some(({ id }) => ids.has(id))
      ? outgoing.value.filter(({ id }) => !ids.has(id))
      : outgoing.value)
  const setErrors = (errorOf: (one: OutgoingMessage) => ProtocolError | null) =>
    (outgoing.value = outgoing.value.map((one) => ({ ...one, error: errorOf(one) })))

  async function sendAll() {
    if (sending) return
    sending = true
    try {
      for (let next = waiting(); next !== undefined; next = waiting()) await sendOne(next)
    } finally {
      sending = false
    }
  }
  async function sendOne({ id, text, to }: OutgoingMessage) {
    const privately = to === null ? {} : { to: to.id }
    const result = await options.host.ask('chat.send', { roomId: options.roomId(), id, text, ...privately })
    if (result.ok) {
      options.onSent(result.value.message)
      return void without(new Set([id]))
    }
    // What cannot be sent now holds up those behind it: they would arrive before it.
    const { error } = result
    setErrors((one) => (one.id === id || (error.retryable && one.error === null) ? error : one.error))
  }
  const waiting = () => outgoing.value.find(({ error }) => error === null)

  return {
    draft,
    recipient,
    outgoing,
    send() {
      const text = chatTextSchema.safeParse(draft.value)
      if (!text.success) return
      outgoing.value = [...outgoing.value, { id: createId(), text: text.data, to: recipient.value, error: null }]
      draft.value = ''
      void sendAll()
    },
    /** All that failed, in the order they were written; under their own ids, so that none is there twice. */
    sendAgain() {
      setErrors(() => null)
      void sendAll()
    },
    discard: (id: string) => void without(new Set([id])),
    /** These have arrived, whatever their sender was told. */
    stored: (messages: readonly ChatMessage[]) => void without(new Set(messages.map(({ id }) => id))),
    clear() {
      draft.value = ''
      recipient.value = null
      outgoing.value = []
    },
  }
}
