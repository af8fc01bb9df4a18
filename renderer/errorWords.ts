// An error as its person is told: in their language, and what to do next.
import type { ErrorCode, ProtocolError } from '../shared/protocol/result.ts'

type Translate = (key: `error.${ErrorCode | 'notBegun'}`) => string

export const errorWords = (error: ProtocolError, { t }: { t: Translate }): string =>
  // Whoever comes too early to a scheduled meeting may do so later.
  error.code === 'notAllowed' && error.field === 'startsAt' ? t('error.notBegun') : t(`error.${error.code}`)
