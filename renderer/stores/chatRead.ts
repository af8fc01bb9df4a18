// Up to where this window has read a meeting's chat; a reloaded page goes on from there.
const KEY = 'parley.chatRead'

/** Null when it is another meeting. */
export function keptReadTo(roomId: string): number | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as { roomId?: unknown; seq?: unknown } | null
    return kept?.roomId === roomId && typeof kept.seq === 'number' ? kept.seq : null
  } catch {
    return null
  }
}

export function keepReadTo(roomId: string, seq: number): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ roomId, seq }))
  } catch {
    // A storage that is full or forbidden: a reloaded page takes the history for read.
  }
}
