// An error as its person is told: in their language, and what to do next.
import type { ErrorCode, ProtocolError } from '../shared/protocol/result.ts'

type Translate = (key: `error.${ErrorCode}`) => string

export const errorWords = (error: ProtocolError, { t }: { t: Translate }): string => t(`error.${error.code}`)
