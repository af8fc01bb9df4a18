// The numbers of scheduled meetings, each with its unit in its name.

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

export const ATTENDEES_MAX = 100
export const SCHEDULE_LENGTH_MS_MAX = DAY_MS
/** A year, leap days included. */
export const SCHEDULE_AHEAD_MS_MAX = 366 * DAY_MS
/** People choose whole minutes: the one that runs now is not past yet. */
export const SCHEDULE_PAST_MS = MINUTE_MS
/** Attendees get in this long before the start; the owner at any time. */
export const SCHEDULE_EARLY_JOIN_MS = 10 * MINUTE_MS
export const REMIND_BEFORE_MS_DEFAULT = 10 * MINUTE_MS
export const REMIND_BEFORE_MS_MAX = DAY_MS
/** How long after start or reminder, whichever is later, a device goes on showing it. */
export const REMINDER_SHOWN_MS = 15 * MINUTE_MS
export const SCHEDULED_LIMIT_MAX = 100
export const SCHEDULED_LIMIT_DEFAULT = 20
/** How many upcoming meetings a sync carries; the rest is asked for by `room.listScheduled`. */
export const SCHEDULED_SYNCED_MAX = 30
/** How far a meeting repeats from its first day: two years, a leap day included. */
export const REPEAT_DAYS_MAX = 731
export const REPEAT_WEEKS_MAX = 4
export const REPEAT_COUNT_MAX = 7 * 105
export const OCCURRENCES_LIMIT_DEFAULT = 20
export const OCCURRENCES_LIMIT_MAX = 100
export const ATTENDEES_LIMIT_DEFAULT = 50
