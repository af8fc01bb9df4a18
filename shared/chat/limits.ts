// The numbers of chat, reactions and raised hands, each with its unit in its name.

/** Letters of one message, as people count them: a sign beyond the basic plane is one. */
export const CHAT_TEXT_MAX = 4_000
/** The same message in bytes of UTF-8: room for every letter of Chinese, not for nothing but pictures. */
export const CHAT_TEXT_BYTES_MAX = 12_000
/** `chat.list`: page sizes. A page also ends early, so that its answer stays well below the largest message there is. */
export const CHAT_LIMIT_MAX = 100
export const CHAT_LIMIT_DEFAULT = 50
export const CHAT_PAGE_BYTES_MAX = 128 * 1024
/** How often one person may do something that everybody inside is told at once: so many in a row, then so many a second. */
export const CHAT_RATE = { burst: 10, perSecond: 1 } as const
export const SIGNAL_RATE = { burst: 12, perSecond: 2 } as const
