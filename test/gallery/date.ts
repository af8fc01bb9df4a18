// The gallery's own time: always the same Friday morning, so that greetings, days and dates on its pictures never change. Server and pages
// are moved by the same span; their clocks run on.
const SHOWN_FROM = Date.UTC(2026, 10, 20, 10, 24)

/** From now to then, in ms. Where a day ends depends on the zone: the pages are given this one. */
export const shiftToThen = (now: number): number => SHOWN_FROM - now
export const ZONE = 'Europe/London'

/** Runs in a page before anything else, and in the server (see serverDate.mjs). */
export function moveDate(ms: number): void {
  const Real = Date
  const now = () => Real.now() + ms
  globalThis.Date = new Proxy(Real, {
    construct: (target, args: [], newTarget) => Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
    get: (target, key, receiver) => (key === 'now' ? now : (Reflect.get(target, key, receiver) as unknown)),
  })
  // Marks of the app are counted from here.
  const { timeOrigin } = performance
  Object.defineProperty(performance, 'timeOrigin', { get: () => timeOrigin + ms })
}
