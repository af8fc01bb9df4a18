// What a person can send along when something is wrong: facts about the app and this computer, and the end of the log. Put together at
// their press, onto the clipboard and nowhere else. Names nobody: no account, no server, no words, no folder of theirs.
import { readFileSync } from 'node:fs'
import { homedir, release } from 'node:os'
import { join } from 'node:path'
import { app, clipboard } from 'electron'
import type { Session } from '../../shared/client/session.ts'
import type { Settings } from '../../shared/settings.ts'
import { redact } from './log.ts'

const LINES_MAX = 200

export async function copyDiagnostics(options: { session: Session; settings: Settings; logs: string }): Promise<void> {
  await clipboard.writeText(diagnostics({ ...options, ...machine() }))
}

type Machine = { version: string; packaged: boolean; home: string }

const machine = (): Machine => ({ version: app.getVersion(), packaged: app.isPackaged, home: homedir() })

export function diagnostics(
  options: { session: Pick<Session, 'state'>; settings: Settings; logs: string } & Machine,
): string {
  const { version, packaged, session, settings, logs, home } = options
  const { status, user, mirror, problem } = session.state
  // Ids of devices tell one computer from another, so they stay here.
  const { microphoneId, cameraId, ...plain } = settings
  const facts = [
    `Parley ${version}${packaged ? '' : ' (not packed)'}`,
    `Electron ${process.versions.electron}, Chromium ${process.versions.chrome}, Node ${process.versions.node}`,
    `${process.platform} ${release()} ${process.arch}`,
    `connection ${status}, ${user ? 'signed in' : 'signed out'}, ${mirror.seat ? 'in a meeting' : 'in no meeting'}`,
    `problem ${problem?.code ?? 'none'}`,
    `settings ${JSON.stringify({ ...plain, microphone: kind(microphoneId), camera: kind(cameraId) })}`,
  ]
  return [...facts, '', ...lastLines(logs).map((line) => withoutHome(redact(line), home))].join('\n')
}

const kind = (deviceId: string) => (deviceId === 'default' ? 'default' : 'chosen')

/** Of the log and of its predecessor, oldest first. */
function lastLines(folder: string): string[] {
  const read = (name: string) => {
    try {
      return readFileSync(join(folder, name), 'utf8').trimEnd().split('\n')
    } catch {
      return []
    }
  }
  return [...read('parley.old.log'), ...read('parley.log')].slice(-LINES_MAX)
}

const withoutHome = (line: string, home: string) => (home.length > 1 ? line.replaceAll(home, '~') : line)
