// A password to read out over the phone: two groups of letters that are not mistaken for one another.
const LETTERS = 'abcdefghjkmnpqrstuvwxyz'
const GROUP = 5

/** `bytes` gives that many random bytes. */
export function suggestPassword(bytes: (count: number) => Uint8Array): string {
  let letters = ''
  while (letters.length < 2 * GROUP) {
    for (const byte of bytes(2 * GROUP)) {
      // Bytes past the last whole multiple are thrown away, so that every letter is equally likely.
      const fair = byte < LETTERS.length * Math.floor(256 / LETTERS.length)
      if (fair && letters.length < 2 * GROUP) letters += LETTERS[byte % LETTERS.length]
    }
  }
  return `${letters.slice(0, GROUP)}-${letters.slice(GROUP)}`
}
