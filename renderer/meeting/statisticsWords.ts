// Measured figures as people read them, and all of them as text for whoever is asked for help.
import type { LinkRates, Rates, StreamRates } from '../media/rates.ts'
import type { MessageKey, Words } from '../words.ts'
import { amountOf, percentOf, rowOf } from '../ui/amounts.ts'
import { localeOf } from '../ui/time.ts'
import { byPerson } from './statistics.ts'

type Says = Pick<Words<MessageKey>, 't' | 'language'>
const here = ({ language }: Says): string => localeOf(language.value)

/** "820 kb/s", "1.4 Mb/s". */
export function bitRate(bitsPerSecond: number, says: Says): string {
  if (bitsPerSecond < 999_500) return amountOf(bitsPerSecond / 1000, 'kilobit-per-second', here(says))
  return amountOf(bitsPerSecond / 1_000_000, 'megabit-per-second', here(says), 1)
}

export const milliseconds = (ms: number | null, says: Says): string =>
  ms === null ? '–' : amountOf(ms, 'millisecond', here(says))

/** "0.4%", "12%"; a dash when there is nothing to tell. */
export const percent = (share: number | null, says: Says): string =>
  share === null ? '–' : percentOf(share, here(says), share > 0 && share < 0.0995 ? 1 : 0)

export type Fact = { label: string; value: string }

/** What the details say of both connections. */
export function linkFacts({ send, receive }: Rates, says: Says): Fact[] {
  const { t } = says
  const { availableBitsPerSecond: available } = send
  return [
    { label: t('statistics.lossReceived'), value: percent(receive.lossShare, says) },
    { label: t('statistics.lossSent'), value: percent(send.lossShare, says) },
    { label: t('statistics.available'), value: available === null ? '–' : bitRate(available, says) },
  ]
}

/** "1280 × 720 · 25 a second". */
export function pictureWords({ width, height, framesPerSecond }: StreamRates, { t }: Says): string | null {
  if (height === 0) return null
  return `${width} × ${height} · ${t('statistics.pictures', { n: framesPerSecond })}`
}

/** What the details say of one stream, as pairs of label and value; what is unknown is left out. */
export function streamFacts(stream: StreamRates, says: Says): Fact[] {
  const layers = stream.layers.map(String)
  const facts: [MessageKey, string | null][] = [
    ['statistics.rate', bitRate(stream.bitsPerSecond, says)],
    ['statistics.loss', stream.lossShare === null ? null : percent(stream.lossShare, says)],
    ['statistics.jitter', stream.jitterMs === null ? null : milliseconds(stream.jitterMs, says)],
    ['statistics.concealed', stream.concealedShare === null ? null : percent(stream.concealedShare, says)],
    ['statistics.picture', pictureWords(stream, says)],
    ['statistics.layers', layers.length > 1 ? rowOf(layers, here(says)) : null],
    ['statistics.codec', stream.codec],
  ]
  return facts.flatMap(([key, value]) => (value === null ? [] : [{ label: says.t(key), value }]))
}

/** Which way media goes; when the two connections go different ones, the longer. */
export function wayWords(rates: Rates, { t }: Says): string | null {
  const ways = [rates.receive.way, rates.send.way]
  const way = (['relayed', 'tcp', 'direct'] as const).find((one) => ways.includes(one))
  return way ? t(`statistics.${way}`) : null
}

function linkLine(label: string, { bitsPerSecond, lossShare, roundTripMs, way }: LinkRates, says: Says): string {
  const { t } = says
  const facts = [
    bitRate(bitsPerSecond, says),
    `${t('statistics.loss')} ${percent(lossShare, says)}`,
    `${t('statistics.roundTrip')} ${milliseconds(roundTripMs, says)}`,
    ...(way ? [t(`statistics.${way}`)] : []),
  ]
  return t('app.pair', { label, value: facts.join(' · ') })
}

/** `nameOf`: null is this person. */
export function statisticsText(rates: Rates, nameOf: (userId: string | null) => string, says: Says): string {
  const { t } = says
  const people = byPerson(rates.streams).flatMap(({ userId, streams }) => [
    '',
    nameOf(userId),
    ...streams.map((stream) => {
      const facts = streamFacts(stream, says).map(({ label, value }) => `${label} ${value}`)
      return `  ${t('app.pair', { label: t(`statistics.${stream.source}`), value: facts.join(' · ') })}`
    }),
  ])
  const links = [
    linkLine(t('statistics.received'), rates.receive, says),
    linkLine(t('statistics.sent'), rates.send, says),
  ]
  return [t('statistics.title'), ...links, ...people, ''].join('\n')
}
