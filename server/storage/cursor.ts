// Page markers: opaque to clients, the sort key and id of the last row shown to us.

export type Position = { key: string; id: string }

export const encodeCursor = (position: Position): string =>
  Buffer.from(JSON.stringify([position.key, position.id])).toString('base64url')

/** Undefined when this is not a marker made here. */
export function decodeCursor(cursor: string): Position | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (!Array.isArray(parts)) return undefined
    const [key, id] = parts as unknown[]
    return typeof key === 'string' && typeof id === 'string' ? { key, id } : undefined
  } catch {
    return undefined
  }
}
