// What a screen reader is told on a page: every text that a live region takes on.
import type { Page } from 'playwright'

declare global {
  interface Window {
    parleyAnnouncements?: string[]
  }
}

/** From the page's next load on. */
export const listenToAnnouncements = async (page: Page): Promise<void> => void (await page.addInitScript(listen))

/** What has been said since the last time this was asked. */
export const announcements = (page: Page): Promise<string[]> =>
  page.evaluate(() => window.parleyAnnouncements?.splice(0) ?? [])

/** Runs in the page. A region that comes with text counts, one whose text only gets shorter does not. */
function listen() {
  const said = (window.parleyAnnouncements = [] as string[])
  const selector = '[aria-live]:not([aria-live="off"]), [role="status"], [role="alert"], [role="log"]'
  const before = new WeakMap<Element, string>()
  const look = () => {
    for (const region of document.querySelectorAll(selector)) {
      const text = (region.textContent ?? '').trim()
      const known = before.get(region) ?? ''
      before.set(region, text)
      if (text !== '' && !known.includes(text)) said.push(text)
    }
  }
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true })
}
