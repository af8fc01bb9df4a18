// Says once why closing the window only minimises it.
import { join } from 'node:path'
import { Notification } from 'electron'
import { z } from 'zod'
import type { Translate } from '../../../shared/locales/translate.ts'
import type { Log } from '../log.ts'
import { openJsonFile } from './jsonFile.ts'

const toldSchema = z.object({ noTray: z.boolean() })

export function tellOfNoTray(options: { folder: string; translate(): Translate; log: Log; open(): void }): () => void {
  const { folder, translate, log, open } = options
  const read = (found: unknown) => toldSchema.safeParse(found).data ?? { noTray: false }
  const told = openJsonFile({ path: join(folder, 'told.json'), read, log })
  let shown: Notification | null = null
  return () => {
    if (told.value.noTray || !Notification.isSupported()) return
    told.save({ noTray: true })
    const t = translate()
    shown = new Notification({ title: t('tray.noTrayTitle'), body: t('tray.noTrayBody'), silent: true })
    shown.on('click', open)
    shown.show()
  }
}
