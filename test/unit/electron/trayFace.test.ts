// What the tray says in each state.
import { describe, expect, test } from 'vitest'
import { trayFace, type TrayFacts } from '../../../electron/main/shell/trayFace.ts'
import { createTranslate } from '../../../shared/locales/translate.ts'
import { aRing, id } from '../../support/things.ts'

const t = createTranslate('en')
const quiet: TrayFacts = {
  signedIn: true,
  status: 'online',
  inRoom: null,
  missedCount: 0,
  undisturbed: false,
  sharing: false,
  anonymous: false,
  rings: [],
  mustAsk: () => false,
}
const labels = (facts: Partial<TrayFacts>) =>
  trayFace({ ...quiet, ...facts }, t).items.flatMap((item) => (item === 'separator' ? [] : item.label))

describe('tray', () => {
  test.each([
    ['signed out', { signedIn: false, rings: [aRing()] }, 'signedOut', 'Parley – signed out'],
    ['ready', {}, 'idle', 'Parley – ready'],
    ['out of reach', { status: 'reconnecting' as const }, 'idle', 'Parley – reconnecting…'],
    ['in a meeting', { inRoom: 'Standup', missedCount: 2 }, 'inMeeting', 'Parley – in Standup'],
    ['ringing, also in a meeting', { inRoom: 'Standup', rings: [aRing()] }, 'ringing', 'Parley – Ann Kovač is calling'],
    ['one missed', { missedCount: 1 }, 'missed', 'Parley – 1 missed call'],
    ['more missed', { missedCount: 3 }, 'missed', 'Parley – 3 missed calls'],
  ])('%s', (_name, facts, icon, tooltip) => {
    expect(trayFace({ ...quiet, ...facts }, t)).toMatchObject({ icon, tooltip })
  })

  test('rings come first, and ask first when they mean leaving a meeting', () => {
    const rings = [aRing()]
    expect(labels({ rings }).slice(0, 3)).toEqual([
      'Answer Ann Kovač',
      'Answer Ann Kovač with video',
      'Decline Ann Kovač',
    ])
    expect(labels({ rings, mustAsk: (callId) => callId === id(100) })[0]).toBe('Answer Ann Kovač…')
  })

  test('the status can be chosen while the server can be asked, and what holds already cannot', () => {
    const enabled = (facts: Partial<TrayFacts>) =>
      trayFace({ ...quiet, ...facts }, t)
        .items.flatMap((item) => (item !== 'separator' && 'items' in item ? item.items : []))
        .map((item) => item !== 'separator' && 'enabled' in item && item.enabled)
    expect(enabled({})).toEqual([false, true, true, true])
    expect(enabled({ undisturbed: true })).toEqual([true, true, true, true])
    expect(enabled({ status: 'reconnecting' })).toEqual([false, false, false, false])
    expect(enabled({ signedIn: false })).toEqual([])
  })

  test('while the screen is shared to others it says of nobody that they call', () => {
    const facts = { ...quiet, rings: [aRing()], sharing: true, anonymous: true }
    expect(JSON.stringify(trayFace(facts, t))).not.toMatch(/Ann/)
    expect(trayFace(facts, t).tooltip).toBe('Parley – somebody is calling')
    expect(labels(facts).slice(0, 3)).toEqual(['Answer', 'Answer with video', 'Decline'])
  })

  test('sharing can be stopped here, while there is any', () => {
    expect(labels({ sharing: true })[0]).toBe('Stop sharing')
    expect(labels({})).not.toContain('Stop sharing')
  })

  test('New meeting needs somebody signed in', () => {
    const [, item] = trayFace({ ...quiet, signedIn: false }, t).items
    expect(item).toMatchObject({ label: 'New meeting', enabled: false })
  })
})
