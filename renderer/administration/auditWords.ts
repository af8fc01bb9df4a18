// An entry of the audit log as one sentence in the reader's words.
import type { AuditNames, AuditRow } from '../../shared/protocol/reach.ts'
import { RING_RULES } from '../../shared/protocol/reach.ts'
import { AUDIT_ACTIONS, type AuditAction } from '../../shared/protocol/trust.ts'
import { activityWords, type ActionWord } from '../locales/activity.ts'
import type { MessageKey, Words } from '../words.ts'

type Translate = Pick<Words<MessageKey>, 't'>
const { activityOwn, activityNobody, activityRole } = activityWords.en
const isIn = <Names extends object>(names: Names, name: PropertyKey): name is keyof Names => Object.hasOwn(names, name)

export const wordOf = (action: AuditAction): ActionWord =>
  // The type says of the result what the replacement does.
  action.replace(/\.(\w)/, (_, letter: string) => letter.toUpperCase()) as ActionWord

type Topic = AuditAction extends infer Action ? (Action extends `${infer Name}.${string}` ? Name : never) : never
/** All actions under what they are about, each named for a list to choose from. */
export function actionGroups({ t }: Translate) {
  const topics = [...new Set(AUDIT_ACTIONS.map((action) => action.split('.')[0] as Topic))]
  return topics.map((topic) => ({
    label: t(`activityGroup.${topic}`),
    choices: AUDIT_ACTIONS.filter((action) => action.startsWith(`${topic}.`)).map((action) => ({
      value: action,
      label: t(`activityKind.${wordOf(action)}`),
    })),
  }))
}

/** Null for whoever is not among the names: their account is gone. */
function nameOf(id: string | null, names: AuditNames, { t }: Translate): string | null {
  const named = id === null ? undefined : names[id]
  if (!named) return null
  return named.guest ? t('activityWho.guest', { name: named.name }) : named.name
}

function actorOf({ actorKind, actorId }: AuditRow, names: AuditNames, words: Translate): string {
  const { t } = words
  if (actorKind === 'operator' || actorKind === 'server') return t(`activityWho.${actorKind}`)
  const name = nameOf(actorId, names, words)
  if (actorKind === 'user') return name ?? t('activityWho.deletedFirst')
  return name === null ? t('activityWho.programGone') : t('activityWho.program', { name })
}

function keyOf({ action, actorKind, actorId, subjectId }: AuditRow): MessageKey {
  const word = wordOf(action)
  if (subjectId === null && isIn(activityNobody, word)) return `activityNobody.${word}`
  const own = actorKind === 'user' && actorId === subjectId
  return own && isIn(activityOwn, word) ? `activityOwn.${word}` : `activitySaid.${word}`
}

export function sentenceOf(row: AuditRow, names: AuditNames, words: Translate): string {
  const { t } = words
  const { name = '', host = '', role = '', rule = '', gone = 0 } = row.details ?? {}
  const knownRule = RING_RULES.find((one) => one === rule)
  return t(keyOf(row), {
    actor: actorOf(row, names, words),
    subject: nameOf(row.subjectId, names, words) ?? t('activityWho.deleted'),
    name: String(name),
    host: String(host),
    // A role or rule that a newer server knows is said as it is.
    role: typeof role === 'string' && isIn(activityRole, role) ? t(`activityRole.${role}`) : String(role),
    rule: knownRule ? t(`ringRule.${knownRule}`) : String(rule),
    n: Number(gone),
  })
}
