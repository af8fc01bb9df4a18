// What an avatar shows of a person without a picture: initials, and a hue of their own.

/** "AK" of "Ann Kovač", "王" of "王小明": CJK names are told apart by their first character. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean)
  const [first = ''] = words
  if (/\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u.test(first))
    return [...first][0] ?? ''
  const last = words.length > 1 ? words[words.length - 1] : ''
  return ([...first].slice(0, 1).join('') + [...(last ?? '')].slice(0, 1).join('')).toLocaleUpperCase()
}

// Hues that carry white text and please the eye; the olive ones in between do neither.
const HUES = [12, 32, 52, 145, 165, 195, 222, 248, 272, 296, 322, 350] as const

/** An oklch hue in degrees, the same on every device. */
export function hue(id: string): number {
  let hash = 0
  for (const character of id) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0
  return HUES[hash % HUES.length] ?? 0
}
