// Turns what a schema found wrong into one typed error with its field.
import type { z } from 'zod'
import { failure, success, type Result } from '../../shared/protocol/result.ts'

type Issue = z.core.$ZodIssue

/** Sizes count as too large; numbers beyond their range are merely wrong. */
const isTooLarge = (issue: Issue): boolean =>
  (issue.code === 'too_big' && (issue.origin === 'string' || issue.origin === 'array')) ||
  (issue.code === 'custom' && issue.params?.['tooLarge'] === true)

/** `invalid`, or `tooLarge` when a size limit was exceeded; both with the field as a dotted path. */
export function checkInput<Output>(schema: z.ZodType<Output>, input: unknown): Result<Output> {
  const checked = schema.safeParse(input)
  if (checked.success) return success(checked.data)
  const issue = checked.error.issues.find(isTooLarge) ?? checked.error.issues[0]
  if (issue === undefined) return failure('invalid', 'This is not understood.')
  const field = issue.path.join('.')
  const where = field === '' ? {} : { field }
  return isTooLarge(issue)
    ? failure('tooLarge', `${field || 'This'} is too large: ${issue.message}.`, where)
    : failure('invalid', `${field || 'This'} is not right: ${issue.message}.`, where)
}
