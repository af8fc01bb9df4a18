// Whether this page is the device of its browser, or a further tab beside it. The one that is the device holds a lock for as long as it lives.
const NAME = 'parley.device'
/** In the tab's own storage: the page before in this very tab held the lock. */
const WAS_FIRST = 'parley.first'
/** A further tab finds the lock held, and waits no longer than that. */
const HELD_MS = 400
/** The page before in this tab is going: on a busy machine that lasts. */
const GOING_MS = 15_000
/** A tab that was copied finds the marker of the one it is a copy of: who lives there answers each time, a page that is going soon no more. */
const ASK_EVERY_MS = 250
const ANSWERS = 3

export async function isFirstTab(): Promise<boolean> {
  if (!('locks' in navigator)) return true
  const channel = new BroadcastChannel(NAME)
  const waiting = new AbortController()
  const wasFirst = sessionStorage.getItem(WAS_FIRST) !== null
  let answers = 0
  channel.onmessage = ({ data }) => {
    if (data === 'here' && ++answers >= ANSWERS) waiting.abort()
  }
  const asking = setInterval(() => channel.postMessage('who'), ASK_EVERY_MS)
  const late = setTimeout(() => waiting.abort(), wasFirst ? GOING_MS : HELD_MS)
  const first = await holdLock(waiting.signal)
  clearInterval(asking)
  clearTimeout(late)
  if (first) {
    mark(true)
    channel.onmessage = ({ data }) => void (data === 'who' && channel.postMessage('here'))
  } else {
    mark(false)
    channel.close()
  }
  return first
}

function holdLock(signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const forGood = () => {
      resolve(true)
      return new Promise<never>(() => {})
    }
    navigator.locks.request(NAME, { signal }, forGood).catch(() => resolve(false))
  })
}

function mark(first: boolean): void {
  try {
    if (first) sessionStorage.setItem(WAS_FIRST, 'yes')
    else sessionStorage.removeItem(WAS_FIRST)
  } catch {
    // Full or forbidden: a reload waits as long as a further tab does.
  }
}
