// One end of the bridge between a page's main world and its preload world. The worlds share the DOM, so a call crosses
// synchronously as a CustomEvent on `window` whose name is a secret of the document; Chromium structured-clones
// `detail` when the other world reads it. Sent to pages as source.
import { pack, unpack, type End, type Packed } from './values.ts'

interface Message {
  kind: 'call' | 'return' | 'resolve' | 'reject' | 'free' | 'expose' | 'exposed'
  id: number
  call: string
  key: string
  args: Packed[]
  value: Packed
  error?: string
}

export type OnExpose = (key: string, api: unknown) => void

export function makeEnd(out: string): End {
  const dispatch = EventTarget.prototype.dispatchEvent.bind(window)
  let calls = 0
  const end: End = {
    nextId: 0,
    mine: new Map(),
    originals: new WeakMap(),
    promises: new Map(),
    replies: new Map(),
    elements: new Map(),
    post: (message) => void dispatch(new CustomEvent(out, { detail: message })),
    postElement: (element, id) =>
      // relatedTarget is the one way to hand a node over: each world sees its own wrapper of it.
      void dispatch(new MouseEvent(`${out}:element`, { relatedTarget: element, detail: id })),
    forget: new FinalizationRegistry<number>((id) => end.post({ kind: 'free', id })),
    call(id, args) {
      const call = `${out}${++calls}`
      const cache = new Map()
      end.post({ kind: 'call', id, call, args: args.map((value) => pack(end, value, cache)) })
      const reply = end.replies.get(call)
      end.replies.delete(call)
      if (!reply) throw new Error('The other end of this function is gone.')
      if (reply.error !== undefined) throw new Error(reply.error)
      return unpack(end, reply.value!, [])
    },
    settle(id, outcome, value) {
      try {
        end.post({ kind: outcome, id, value: pack(end, value, new Map()) })
      } catch (error) {
        end.post({ kind: 'reject', id, value: { kind: 'error', at: 0, value: (error as Error).message } })
      }
    },
  }
  return end
}

export function answerCall(end: End, message: Message): void {
  const { call } = message
  const [fn, self] = end.mine.get(message.id) ?? []
  try {
    const made: unknown[] = []
    const args = message.args.map((value) => unpack(end, value, made))
    const result = Reflect.apply(fn!, self, args)
    end.post({ kind: 'return', call, value: pack(end, result, new Map()) })
  } catch (thrown) {
    const words = (thrown as { message?: unknown } | null)?.message
    const unknown =
      'An unknown exception occurred in the isolated context, an error occurred but a valid exception was not thrown.'
    end.post({ kind: 'return', call, error: typeof words === 'string' ? words : unknown })
  }
}

export function onMessage(end: End, message: Message, onExpose: OnExpose): void {
  switch (message.kind) {
    case 'return':
      end.replies.set(message.call, message)
      break
    case 'call':
      answerCall(end, message)
      break
    case 'free':
      end.mine.delete(message.id)
      break
    case 'exposed':
      end.replies.set('expose', message)
      break
    case 'expose': {
      let error: string | undefined
      try {
        onExpose(message.key, unpack(end, message.value, []))
      } catch (thrown) {
        error = (thrown as Error).message
      }
      end.post({ kind: 'exposed', error })
      break
    }
    default: {
      const promise = end.promises.get(message.id)
      end.promises.delete(message.id)
      promise?.[message.kind](unpack(end, message.value, []))
    }
  }
}

/** Opens an end that sends under one name and listens to the other. */
export function openEnd(out: string, into: string, onExpose: OnExpose) {
  const end = makeEnd(out)
  const takeElement = (event: Event) => {
    event.stopImmediatePropagation()
    const { detail, relatedTarget } = event as MouseEvent
    end.elements.set(detail, relatedTarget)
  }
  const take = (event: Event) => {
    event.stopImmediatePropagation()
    onMessage(end, (event as CustomEvent<Message>).detail, onExpose)
  }
  window.addEventListener(`${into}:element`, takeElement, true)
  window.addEventListener(into, take, true)
  return {
    expose(key: string, api: unknown) {
      end.post({ kind: 'expose', key, value: pack(end, api, new Map(), 0, true) })
      const error = end.replies.get('expose')?.error
      if (error) throw new Error(error)
    },
  }
}
