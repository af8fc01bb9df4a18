// Sends what the outbox holds. Rows decide what is due, so that a restart goes on where it was: what was under way then is sent again
// under the same id. One timer, for the earliest that is tried again.
import type { Timers } from '../../shared/time.ts'
import type { Store, Work } from '../storage/store.ts'
import {
  deliveriesDue,
  findDelivery,
  findWebhook,
  forgetDeliveries,
  giveUpPending,
  nextDeliveryAt,
  openWebhooks,
  updateDelivery,
  updateWebhook,
} from '../storage/webhookRows.ts'
import { decryptSecret, signedHeaders } from './secrets.ts'
import type { Sender, SendOutcome } from './sender.ts'

/** How long after each failed attempt the next one is made; after the last, the delivery is given up. */
export const RETRY_AFTER_MS = [2_000, 4_000, 8_000, 16_000, 32_000] as const
/** So many deliveries given up in a row, and nothing more is sent until somebody wants it again. */
export const FAILED_IN_ROW_MAX = 20
/** At one endpoint at once. */
export const IN_FLIGHT_MAX = 4
/** How long one can look up what became of a delivery. */
const DELIVERIES_KEEP_MS = 7 * 24 * 60 * 60_000
/** How long to wait before looking again when the database could not be asked. */
const LOOK_AGAIN_MS = 1_000

export interface WebhookWorker {
  /** Something may be due. */
  wake(): void
  /** Breaks off what is under way; resolves when nothing is any more. */
  stop(): Promise<void>
}

export type WebhookWorkerOptions = {
  store: Store
  timers: Timers
  send: Sender
  /** Opens the stored secrets. */
  key: Uint8Array
  onError(error: unknown): void
}

type Due = { id: string; webhookId: string; url: string; secret: string; body: string }

export function createWebhookWorker({ store, timers, send, key, onError }: WebhookWorkerOptions): WebhookWorker {
  /** By delivery. */
  const underWay = new Map<string, { webhookId: string; ended: Promise<void> }>()
  const stopping = new AbortController()
  let callOff = () => {}
  let looking = false
  let lookAgain = false

  const free = (webhookId: string) =>
    IN_FLIGHT_MAX - [...underWay.values()].filter((one) => one.webhookId === webhookId).length

  async function look(): Promise<void> {
    const { due, next } = await store.read(async (db, now) => {
      const due: Due[] = []
      for (const { id: webhookId, url, secret } of await openWebhooks(db)) {
        const rows = await deliveriesDue(db, webhookId, now, IN_FLIGHT_MAX * 2)
        const fresh = rows.filter(({ id }) => !underWay.has(id)).slice(0, Math.max(0, free(webhookId)))
        due.push(...fresh.map(({ id, body }) => ({ id, webhookId, url, secret, body })))
      }
      return { due, next: await nextDeliveryAt(db, now) }
    })
    if (stopping.signal.aborted) return
    for (const one of due) underWay.set(one.id, { webhookId: one.webhookId, ended: attempt(one) })
    callOff()
    if (next !== null) callOff = timers.after(Math.max(0, next - timers.now()), wake)
  }

  async function attempt(due: Due): Promise<void> {
    const { id, webhookId, url, body } = due
    try {
      const secret = decryptSecret(key, webhookId, due.secret)
      const outcome: SendOutcome =
        secret === null
          ? { error: 'the secret cannot be read since the server has another one itself; make a new secret' }
          : await send({ url, headers: signedHeaders(secret, id, body, timers.now()), body }, stopping.signal)
      if (!stopping.signal.aborted) await store.write((unit) => record(unit, id, outcome))
    } catch (error) {
      if (!stopping.signal.aborted) onError(error)
    } finally {
      underWay.delete(id)
      wake()
    }
  }

  function wake(): void {
    if (stopping.signal.aborted) return
    lookAgain = true
    if (looking) return
    looking = true
    void lookUntilDone()
  }

  async function lookUntilDone(): Promise<void> {
    try {
      while (lookAgain && !stopping.signal.aborted) {
        lookAgain = false
        await look()
      }
    } catch (error) {
      if (stopping.signal.aborted) return
      onError(error)
      callOff()
      callOff = timers.after(LOOK_AGAIN_MS, wake)
    } finally {
      looking = false
    }
  }

  return {
    wake,
    async stop() {
      stopping.abort()
      callOff()
      await Promise.all([...underWay.values()].map(({ ended }) => ended))
    },
  }
}

/** What an attempt came to. A delivery that was given up meanwhile, or whose webhook is gone, stays so. */
async function record({ db, now }: Work, id: string, outcome: SendOutcome): Promise<void> {
  const delivery = await findDelivery(db, id)
  if (delivery === null || delivery.status !== 'pending') return
  const { webhookId } = delivery
  const attempts = delivery.attempts + 1
  const error = 'error' in outcome ? outcome.error : refusalOf(outcome.status)
  const told = { attempts, httpStatus: 'status' in outcome ? outcome.status : null, error }
  if (error === null) {
    await updateDelivery(db, id, { ...told, status: 'delivered', dueAt: null, endedAt: now })
    await updateWebhook(db, webhookId, { failedInRow: 0 })
    return forgetDeliveries(db, now - DELIVERIES_KEEP_MS)
  }
  const retryAfterMs = RETRY_AFTER_MS[attempts - 1]
  if (retryAfterMs !== undefined) return updateDelivery(db, id, { ...told, dueAt: now + retryAfterMs })
  await updateDelivery(db, id, { ...told, status: 'failed', dueAt: null, endedAt: now })
  const webhook = await findWebhook(db, webhookId)
  const failedInRow = (webhook?.failedInRow ?? 0) + 1
  const paused = failedInRow >= FAILED_IN_ROW_MAX
  await updateWebhook(db, webhookId, { failedInRow, ...(paused ? { pausedAt: now } : {}) })
  if (paused) await giveUpPending(db, webhookId, now, `paused: ${failedInRow} deliveries in a row did not arrive`)
  await forgetDeliveries(db, now - DELIVERIES_KEEP_MS)
}

const refusalOf = (status: number): string | null => {
  if (status >= 200 && status < 300) return null
  return status >= 300 && status < 400 ? `answered ${status}; redirects are not followed` : `answered ${status}`
}
