// `npm run admin`: all that is kept about one person, and the audit log as a file.
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import { audit, type Actor } from '../people/audit.ts'
import { exportAudit } from '../people/auditLog.ts'
import { erasePerson, exportPerson } from '../people/personData.ts'
import { findAccount } from '../storage/accountRows.ts'
import type { AdminAction, AdminLine } from './commandLine.ts'
import { change, type AdminTools, type Told } from './telling.ts'

type PersonAction = Extract<AdminAction, 'users export' | 'users erase' | 'audit export'>

const OPERATOR: Actor = { kind: 'operator' }

const noAccount = (login: string | undefined) => failure('unknownUser', `There is no account "${login}".`)

export const personActions: Record<PersonAction, (line: AdminLine, tools: AdminTools) => Promise<Result<Told>>> = {
  async 'users export'({ args: [login = ''] }, tools) {
    return change(tools, async (unit) => {
      const account = await findAccount(unit.db, { login })
      if (account === null) return noAccount(login)
      const value = await exportPerson(unit.db, account.id)
      await audit(unit, { action: 'account.exported', actor: OPERATOR, subjectId: account.id })
      return success<Told>({ value, lines: [JSON.stringify(value, null, 2)] })
    })
  },
  async 'users erase'({ args: [login = ''], yes }, tools) {
    if (!yes) return failure('invalid', 'This cannot be undone. Say --yes to erase the account.')
    return change(tools, async (unit) => {
      const account = await findAccount(unit.db, { login })
      if (account === null) return noAccount(login)
      const erased = await erasePerson(unit, account.id, OPERATOR)
      return erased.ok ? success<Told>({ value: { id: account.id }, lines: [`Erased: ${login}`] }) : erased
    })
  },
  async 'audit export'({ csv }, { store }) {
    let text = ''
    for await (const piece of exportAudit(store, { format: csv ? 'csv' : 'jsonl', actor: OPERATOR })) text += piece
    return success({ value: null, lines: [text.trimEnd()], alwaysLines: true })
  },
}
