// Measured figures as people read them, and all of them as text for whoever is asked for help.
import type { LinkRates, Rates, StreamRates } from '../media/rates.ts'
import type { MessageKey, Words } from '../words.ts'
import { byPerson } from './statistics.ts'

type T = Words<MessageKey>['t']

/** "820 kbit/s", "1.4 Mbit/s". */
export function bitRate(bitsPerSecond: number): string {
  if (bitsPerSecond < 999_500) return `${Math.round(bitsPerSecond / 1000)} kbit/s`
  return `${(bitsPerSecond / 1_000_000).toFixed(1)} Mbit/s`
}

export const milliseconds = (ms: number | null): string => (ms === null ? '–' : `${Math.round(ms)} ms`)

/** "0.4 %", "12 %"; a dash when there is nothing to tell. */
export function percent(share: number | null): string {
  if (share === null) return '–'
  const value = share * 100
  return `${value > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} %`
}

export type Fact = { label: string; value: string }

/** What the details say of both connections. */
export function linkFacts({ send, receive }: Rates, t: T): Fact[] {
  const { availableBitsPerSecond: available } = send
  return [
    { label: t('statistics.lossReceived'), value: percent(receive.lossShare) },
    { label: t('statistics.lossSent'), value: percent(send.lossShare) },
    { label: t('statistics.available'), value: available === null ? '–' : bitRate(available) },
  ]
}

/** "1280 × 720 · 25 a second". */
export function pictureWords({ width, height, framesPerSecond }: StreamRates, t: T): string | null {
  if (height === 0) return null
  return `${width} × ${height} · ${t('statistics.pictures', { n: framesPerSecond })}`
}

/** What the details say of one stream, as pairs of label and value; what is unknown is left out. */
export function streamFacts(stream: StreamRates, t: T): Fact[] {
  const facts: [MessageKey, string | null][] = [
    ['statistics.rate', bitRate(stream.bitsPerSecond)],
    ['statistics.loss', stream.lossShare === null ? null : percent(stream.lossShare)],
    ['statistics.jitter', stream.jitterMs === null ? null : milliseconds(stream.jitterMs)],
    ['statistics.concealed', stream.concealedShare === null ? null : percent(stream.concealedShare)],
    ['statistics.picture', pictureWords(stream, t)],
    ['statistics.layers', stream.layers.length > 1 ? stream.layers.join(', ') : null],
    ['statistics.codec', stream.codec],
  ]
  return facts.flatMap(([key, value]) => (value === null ? [] : [{ label: t(key), value }]))
}

/** Which way media goes; when the two connections go different ones, the longer. */
export function wayWords(rates: Rates, t: T): string | null {
  const ways = [rates.receive.way, rates.send.way]
  const way = (['relayed', 'tcp', 'direct'] as const).find((one) => ways.includes(one))
  return way ? t(`statistics.${way}`) : null
}

const linkLine = (label: string, { bitsPerSecond, lossShare, roundTripMs, way }: LinkRates, t: T): string =>
  [
    `${label}: ${bitRate(bitsPerSecond)}`,
    `${t('statistics.loss')} ${percent(lossShare)}`,
    `${t('statistics.roundTrip')} ${milliseconds(roundTripMs)}`,
    ...(way ? [t(`statistics.${way}`)] : []),
  ].join(' · ')

/** `nameOf`: null is this person. */
export function statisticsText(rates: Rates, nameOf: (userId: string | null) => string, t: T): string {
  const people = byPerson(rates.streams).flatMap(({ userId, streams }) => [
    '',
    nameOf(userId),
    ...streams.map((stream) => {
      const facts = streamFacts(stream, t).map(({ label, value }) => `${label} ${value}`)
      return `  ${t(`statistics.${stream.source}`)}: ${facts.join(' · ')}`
    }),
  ])
  const links = [linkLine(t('statistics.received'), rates.receive, t), linkLine(t('statistics.sent'), rates.send, t)]
  return [t('statistics.title'), ...links, ...people, ''].join('\n')
}
