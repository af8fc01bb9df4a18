// How well a text fits what is typed. Pure.

/** Without case and marks: "kovac" finds "Kovač". */
export const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase()

/**
 * 3: it begins so; 2: one of its words does; 1: it has it somewhere; 0: it does not fit. Several words have to fit each, and the worst counts.
 * An empty query fits everything equally.
 */
export function fit(text: string, query: string): number {
  const [within, wanted] = [plain(text), plain(query).trim()]
  if (wanted === '') return 1
  if (within.startsWith(wanted)) return 3
  const words = wanted.split(/\s+/)
  return Math.min(...words.map((word) => fitOfWord(within, word)))
}

function fitOfWord(text: string, word: string): number {
  const at = text.indexOf(word)
  if (at < 0) return 0
  // Chinese has no spaces: any character may begin a word.
  const starts = text.split(/[^\p{L}\p{N}]+/u).some((part) => part.startsWith(word))
  return starts || /\p{Script=Han}/u.test(word) ? 2 : 1
}

/**
 * Best first; what fits equally well keeps its order, and what does not fit is left out. `otherWordsOf`: what people may call it besides,
 * as one text; it counts where words begin as typed, together with the first text, and less than any fit of the texts.
 */
export function ranked<Item>(
  items: readonly Item[],
  query: string,
  textsOf: (item: Item) => readonly string[],
  otherWordsOf: (item: Item) => string = () => '',
): Item[] {
  const rankOf = (item: Item): number => {
    const texts = textsOf(item)
    const byText = Math.max(...texts.map((text) => fit(text, query)))
    if (byText > 0) return byText + 1
    const otherWords = otherWordsOf(item)
    return otherWords !== '' && fit(`${texts[0] ?? ''} ${otherWords}`, query) > 1 ? 1 : 0
  }
  return items
    .map((item) => ({ item, rank: rankOf(item) }))
    .filter(({ rank }) => rank > 0)
    .sort((one, other) => other.rank - one.rank)
    .map(({ item }) => item)
}
