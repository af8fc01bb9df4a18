// The chat of the meeting this device is in. It lives in the page: what a meeting writes must not travel with every change of the state.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { emptyLog, newestSeq, unreadIn, withMessages, withPage, type ChatLog } from '../../shared/client/chatLog.ts'
import type { ChatMessage } from '../../shared/protocol/chat.ts'
import type { CommandOutput } from '../../shared/protocol/contract.ts'
import type { ProtocolError, Result } from '../../shared/protocol/result.ts'
import { maySend } from '../../shared/rights.ts'
import { useHost } from '../host/useHost.ts'
import { createChatOutbox } from './chatOutbox.ts'
import { keepReadTo, keptReadTo } from './chatRead.ts'
import { useHostState } from './hostState.ts'
import { useRoom } from './room.ts'

const PAGE = 50
const CATCH_UP_PAGE = 100
/** So long after a server that did not answer it is asked again. */
export const CATCH_UP_AGAIN_MS = 5_000

export const useChat = defineStore('chat', () => {
  const host = useHost()
  const hostState = useHostState()
  const room = useRoom()
  const log = shallowRef<ChatLog>(emptyLog(''))
  /** The last message that came in while this device was there; a fresh object each time. */
  const arrived = shallowRef<ChatMessage | null>(null)
  const readTo = ref(0)
  const failed = ref(false)
  const loadingOlder = ref(false)
  const roomId = computed(() => hostState.seat?.room.id ?? null)
  /** The newest message up to which none is missing; null before the first page. */
  let completeTo: number | null = null
  /** True from catching up until the connection is lost: what comes then is all there is. */
  let live = false
  let run = 0

  function take(messages: readonly ChatMessage[]) {
    log.value = withMessages(log.value, messages)
    outbox.stored(messages)
  }
  const outbox = createChatOutbox({ host, roomId: () => log.value.roomId, onSent: (message) => take([message]) })

  function markRead() {
    const newest = newestSeq(log.value)
    if (newest <= readTo.value) return
    readTo.value = newest
    keepReadTo(log.value.roomId, newest)
  }

  function begin(id: string) {
    log.value = emptyLog(id)
    arrived.value = null
    readTo.value = 0
    completeTo = null
    live = false
    outbox.clear()
  }

  /** A closed panel shows no "Try again": what waiting mends is asked for once more without it. */
  function notCaughtUp({ retryable }: ProtocolError, mine: number) {
    failed.value = hostState.online
    if (retryable && hostState.online) setTimeout(() => mine === run && void catchUp(), CATCH_UP_AGAIN_MS)
  }

  /** Entering: the newest page. Coming back: all that was missed, since what this person may not see leaves gaps as well. */
  async function catchUp() {
    const mine = ++run
    const id = log.value.roomId
    const from = completeTo
    let before: number | null = null
    do {
      const range = from === null ? { limit: PAGE } : { after: from, limit: CATCH_UP_PAGE }
      const result: Result<CommandOutput<'chat.list'>> = await host.ask('chat.list', {
        roomId: id,
        ...range,
        ...(before === null ? {} : { before }),
      })
      if (mine !== run) return
      if (!result.ok) return notCaughtUp(result.error, mine)
      if (from === null) log.value = withPage(log.value, result.value)
      take(result.value.messages)
      before = from === null ? null : result.value.nextBefore
    } while (before !== null)
    failed.value = false
    live = true
    completeTo = newestSeq(log.value)
    // What was written before this device came in is there to be read, and nothing to be told of.
    if (from === null && readTo.value === 0) readTo.value = keptReadTo(id) ?? completeTo
    if (from === null) keepReadTo(id, readTo.value)
  }

  async function loadOlder() {
    const { roomId: id, older } = log.value
    if (older === null || loadingOlder.value) return
    loadingOlder.value = true
    const result = await host.ask('chat.list', { roomId: id, before: older, limit: PAGE })
    loadingOlder.value = false
    if (result.ok && log.value.roomId === id) log.value = withPage(log.value, result.value)
  }

  watch(
    [roomId, () => hostState.online],
    ([id, online]) => {
      if (live && (!online || id !== log.value.roomId)) {
        live = false
        completeTo = newestSeq(log.value)
      }
      run++
      failed.value = false
      if (id === null) return
      if (id !== log.value.roomId) begin(id)
      if (online) void catchUp()
    },
    { immediate: true, flush: 'sync' },
  )
  // Nothing of one person's stays for the next one who signs in here.
  watch(
    () => hostState.state.user?.id,
    () => hostState.state.user === null && begin(''),
  )
  host.onTalkEvent((event) => {
    if (event.name !== 'chat.message' || event.payload.message.roomId !== roomId.value) return
    const { message } = event.payload
    const known = log.value
    take([message])
    if (log.value !== known && message.from.id !== hostState.me?.id) arrived.value = message
  })

  return {
    log,
    arrived,
    failed,
    loadingOlder,
    readTo,
    unread: computed(() => unreadIn(log.value, readTo.value, hostState.me?.id)),
    mayWrite: computed(() => {
      const { seat } = hostState
      return seat !== null && room.myself !== undefined && maySend(seat.room.settings.membersMay, room.myself, 'chat')
    }),
    draft: outbox.draft,
    recipient: outbox.recipient,
    outgoing: outbox.outgoing,
    send: outbox.send,
    sendAgain: outbox.sendAgain,
    discard: outbox.discard,
    markRead,
    catchUp,
    loadOlder,
  }
})
