// What an avatar shows of a person without a picture: initials, and a hue of their own.

/** "AK" of "Ann Kovač", "王" of "王小明": CJK names are told apart by their first character. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean)
  const [first = ''] = words
  if (/\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u.test(first)) return [...first][0] ?? ''
  const last = words.length > 1 ? words[words.length - 1] : ''
  return ([...first].slice(0, 1).join('') + [...(last ?? '')].slice(0, 1).join('')).toLocaleUpperCase()
}

/** 0 to 359, the same on every device. */
export function hue(id: string): number {
  let hash = 0
  for (const character of id) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0
  return (hash * 47) % 360
}
