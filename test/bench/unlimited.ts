// Benchmarks do in a minute what people do in a day: the server's limits would be what is measured.
import { withoutLimits } from '../../server/limits.ts'

/** For the environment of a server. */
export const unlimited = {
  PARLEY_LIMITS: JSON.stringify({ ...withoutLimits.rates, ...withoutLimits.counts }),
}
