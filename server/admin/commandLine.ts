// What can be asked of `npm run admin --`: nouns, verbs, and their options.
import { parseArgs } from 'node:util'
import { INVITATION_DAYS_MAX } from '../../shared/protocol/admin.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'

const OPTIONS = {
  data: { type: 'string' },
  address: { type: 'string' },
  json: { type: 'boolean' },
  administrator: { type: 'boolean' },
  days: { type: 'string' },
  search: { type: 'string' },
  limit: { type: 'string' },
  csv: { type: 'boolean' },
  yes: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

export const ADMIN_USAGE = `npm run admin -- <what> [options]

  users list [--search TEXT]                people, their role, and whether they can sign in
  users add <login> <name> [--administrator]    the password is asked, or read from standard input
  users invite [--administrator] [--days N]     a link with which one person makes an account (7 days)
  users reset <login>                       a link with which this person chooses a new password (24 hours)
  users role <login> user|administrator
  users disable <login>                     signed out everywhere, and kept out
  users enable <login>
  users export <login>                      all that is kept about somebody, as JSON
  users erase <login> --yes                 the account and all of it but that there was somebody; for good
  devices list <login>
  devices sign-out <login> [<device id>]    this one device, or all of them
  rooms list                                meetings that are running
  rooms end <code>
  audit list [--limit N]                    what was done, newest first (50)
  audit export [--csv]                      all of it, one entry a line, newest first

  --data DIR       folder of the database (parley-data)       PARLEY_DATA
  --address URL    where people reach the server, for links (http://127.0.0.1:4400)
  --json           answers for machines: one JSON value

Works beside a running server, which carries out what concerns open connections within a second.`

const ACTIONS = {
  'users list': 0,
  'users add': 2,
  'users invite': 0,
  'users reset': 1,
  'users role': 2,
  'users disable': 1,
  'users enable': 1,
  'users export': 1,
  'users erase': 1,
  'devices list': 1,
  'devices sign-out': 1,
  'rooms list': 0,
  'rooms end': 1,
  'audit list': 0,
  'audit export': 0,
} as const
export type AdminAction = keyof typeof ACTIONS

export type AdminLine = {
  action: AdminAction
  args: readonly string[]
  dataDir: string
  /** Without a slash at its end. */
  address: string
  json: boolean
  administrator: boolean
  days: number | undefined
  search: string
  limit: number
  csv: boolean
  yes: boolean
}

const isAction = (text: string): text is AdminAction => Object.hasOwn(ACTIONS, text)

/** Null when help was asked for; `invalid` with a sentence. */
export function readAdminLine(
  argv: readonly string[],
  env: Record<string, string | undefined>,
): Result<AdminLine | null> {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true })
    if (values.help || positionals.length === 0) return success(null)
    const [noun = '', verb = '', ...args] = positionals
    const action = `${noun} ${verb}`.trim()
    if (!isAction(action)) return failure('invalid', `Not understood: ${positionals.join(' ')}`)
    if (args.length < ACTIONS[action]) return failure('invalid', `${action}: something is missing`)
    const address = (values.address ?? 'http://127.0.0.1:4400').replace(/\/+$/, '')
    if (!/^https?:\/\/[^\s/]+$/.test(address)) return failure('invalid', '--address: like https://parley.example')
    return success({
      action,
      args,
      dataDir: values.data ?? env['PARLEY_DATA'] ?? 'parley-data',
      address,
      json: values.json ?? false,
      administrator: values.administrator ?? false,
      days: values.days === undefined ? undefined : wholeNumber('--days', values.days, INVITATION_DAYS_MAX),
      search: values.search ?? '',
      csv: values.csv ?? false,
      yes: values.yes ?? false,
      limit: values.limit === undefined ? 50 : wholeNumber('--limit', values.limit, 10_000),
    })
  } catch (error) {
    return failure('invalid', error instanceof Error ? error.message : String(error))
  }
}

function wholeNumber(name: string, text: string, max: number): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < 1 || value > max) throw new Error(`${name}: a whole number from 1 to ${max}`)
  return value
}
