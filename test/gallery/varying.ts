// What is different in every picture of the same state: moving pictures, what counts down, times of the clock, codes that the server makes up.
export type Area = { x: number; y: number; width: number; height: number }

/** Runs in the page. In CSS pixels of what is shown, which are the picture's. `also`: a selector of what varies there beside the usual. */
export function varyingAreas(also: string): Area[] {
  const CHANGING = `video, canvas, [role="timer"], [role="meter"], span.ring, .level, .weak, .verdict, .num, svg[role="img"]${also}`
  // 10:24, 0:27, 1.2 sec, abc-defg-hij, 1 min ago, 27 s, addresses, three words of a password
  const TEXT =
    /\d{1,2}:\d{2}|\d+(\.\d+)? ?(ms|s|secs?|毫秒|秒|[kM]b\/[s秒])(?![a-z])|[a-z]{3}-[a-z]{4}-[a-z]{3}|[a-z]{5}-[a-z]{5}|\d+ ?(min|分钟)|127\.0\.0\.1:\d+|\bpk_\S+/i
  const CODE = /[a-z]{3}-[a-z]{4}-[a-z]{3}/
  const ROOM = 5
  /** Codes are of different widths, and move what stands beside them. */
  const ROOM_BESIDE = 20
  const areas: Area[] = []
  const add = ({ left, top, width, height }: DOMRect, beside = ROOM) => {
    if (width > 0 && height > 0)
      areas.push({ x: left - beside, y: top - ROOM, width: width + 2 * beside, height: height + 2 * ROOM })
  }
  for (const element of document.querySelectorAll(CHANGING)) add(element.getBoundingClientRect())
  for (const field of document.querySelectorAll('input, textarea'))
    if (TEXT.test((field as HTMLInputElement).value)) add(field.getBoundingClientRect())
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    if (!TEXT.test(node.textContent ?? '')) continue
    const button = CODE.test(node.textContent ?? '') ? node.parentElement?.closest('button') : null
    if (button) add(button.getBoundingClientRect(), ROOM_BESIDE)
    const range = document.createRange()
    range.selectNodeContents(node)
    // What comes after it in the line moves with it.
    const line = node.parentElement?.getBoundingClientRect()
    for (const rect of range.getClientRects())
      add(new DOMRect(rect.left, rect.top, Math.max(rect.width, (line?.right ?? 0) - rect.left), rect.height))
  }
  return areas
}
