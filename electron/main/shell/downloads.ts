// What a page may save: a meeting for a calendar, made by our own main window. Everything else is given up before a byte is written.
import type { Session, WebContents } from 'electron'
import type { WindowRole } from '../ipcDoor.ts'
import type { Log } from '../log.ts'

const BYTES_MAX = 1024 * 1024

type Wish = { url: string; fileName: string; bytes: number; role: WindowRole | null }

/** Of the page's own making (no address is fetched), for calendars by its name, and no larger than one meeting can be. */
export const maySave = ({ url, fileName, bytes, role }: Wish, origin: string): boolean =>
  role === 'main' && url.startsWith(`blob:${origin}/`) && /^[^/\\]+\.ics$/.test(fileName) && bytes <= BYTES_MAX

type Options = { session: Session; roleOf(contents: WebContents): WindowRole | null; origin: string; log: Log }

export function guardDownloads({ session, roleOf, origin, log }: Options): void {
  session.on('will-download', (event, item, contents) => {
    const [url, fileName, bytes] = [item.getURL(), item.getFilename(), item.getTotalBytes()]
    // The system's own dialog asks where to.
    if (maySave({ url, fileName, bytes, role: roleOf(contents) }, origin)) return
    log.warn('denied a download')
    event.preventDefault()
  })
}
