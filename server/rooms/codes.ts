// Meeting codes: what people read out, type or paste to join. Three groups of letters, like `abc-defg-hij`.

/** Letters that are not mistaken for one another when read or written by hand. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz'
const GROUPS = [3, 4, 3] as const
const LENGTH = GROUPS.reduce((sum, group) => sum + group, 0)

const grouped = (letters: string): string => {
  const [first, second] = GROUPS
  return `${letters.slice(0, first)}-${letters.slice(first, first + second)}-${letters.slice(first + second)}`
}

/** A fresh code. `bytes` gives that many random bytes. */
export function createCode(bytes: (count: number) => Uint8Array): string {
  let letters = ''
  while (letters.length < LENGTH) {
    for (const byte of bytes(LENGTH)) {
      // Bytes past the last whole multiple are thrown away, so that every letter is equally likely.
      const fair = byte < LETTERS.length * Math.floor(256 / LETTERS.length)
      if (fair && letters.length < LENGTH) letters += LETTERS[byte % LETTERS.length]
    }
  }
  return grouped(letters)
}

/** The code meant by what somebody typed: any case, with or without dashes or spaces, or a link ending in it; null when none is. */
export function parseCode(typed: string): string | null {
  const path = typed.trim().split(/[?#]/)[0] ?? ''
  const last = path.split('/').filter(Boolean).at(-1) ?? ''
  const letters = last.toLowerCase().replace(/[\s-]/g, '')
  return /^[a-z]+$/.test(letters) && letters.length === LENGTH ? grouped(letters) : null
}
