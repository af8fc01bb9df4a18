// What is plugged in and out, talking while muted, and whose Space it is.
import { describe, expect, test } from 'vitest'
import { pluggedIn, unplugged, type PluggedDevice } from '../../../renderer/media/hotPlug.ts'
import { deviceEntries } from '../../../renderer/meeting/deviceEntries.ts'
import { createVoiceWatch } from '../../../renderer/meeting/voice.ts'
import { sinkFor } from '../../../renderer/stores/devices.ts'

const device = (kind: MediaDeviceKind, deviceId: string, label = deviceId, groupId = ''): PluggedDevice => ({
  kind,
  deviceId,
  label,
  groupId,
})
const own = [device('audioinput', 'built-in'), device('audiooutput', 'speakers'), device('videoinput', 'webcam')]
const headset = [device('audioinput', 'jabra-in', 'Jabra', 'j'), device('audiooutput', 'jabra-out', 'Jabra', 'j')]

describe('what is plugged in', () => {
  test('a headset is one thing, a camera another', () => {
    expect(pluggedIn(own, [...own, ...headset, device('videoinput', 'cam2', 'Desk camera')])).toEqual([
      { label: 'Jabra', microphoneId: 'jabra-in', speakerId: 'jabra-out' },
      { label: 'Desk camera', cameraId: 'cam2' },
    ])
    expect(pluggedIn([...own, ...headset], own)).toEqual([])
  })

  test('names that come with the first permission are no new devices, and neither are the system’s aliases', () => {
    const nameless = own.map(({ kind }) => device(kind, '', ''))
    expect(pluggedIn(nameless, own)).toEqual([])
    expect(pluggedIn([], own)).toEqual([])
    expect(pluggedIn(own, [...own, device('audioinput', 'default', 'Default – Jabra')])).toEqual([])
  })

  test('what is gone is named; a list without any of its kind says nothing', () => {
    expect(unplugged([...own, ...headset], own, 'audiooutput', 'jabra-out')?.label).toBe('Jabra')
    expect(unplugged(own, own, 'audiooutput', 'speakers')).toBeNull()
    expect(unplugged(own, [], 'audiooutput', 'speakers')).toBeNull()
  })
})

test('a speaker that is gone leaves the system’s own choice, and is taken again when it is back', () => {
  expect(sinkFor(headset, 'jabra-out')).toBe('jabra-out')
  expect(sinkFor(own, 'jabra-out')).toBe('')
  expect(sinkFor(own, 'default')).toBe('')
})

test('a menu of several kinds marks the chosen of each; what is chosen and gone is the system’s choice', () => {
  const choose = () => {}
  const entries = deviceEntries(
    [
      { heading: 'Microphone', devices: headset, chosen: 'jabra-in', choose },
      { heading: 'Speaker', devices: [device('audiooutput', 'x', '')], chosen: 'gone', choose },
    ],
    'System default',
  )
  expect(
    entries.map((entry) => ('label' in entry ? [entry.label, 'checked' in entry && entry.checked] : 'line')),
  ).toEqual([
    ['Microphone', false],
    ['System default', false],
    ['Jabra', true],
    ['Jabra', false],
    'line',
    ['Speaker', false],
    ['System default', true],
    ['Speaker 1', false],
  ])
})

describe('talking while muted', () => {
  const heard = (...levels: number[]) => {
    const talks = createVoiceWatch()
    return levels.map(talks).some(Boolean)
  }
  test('words are noticed; a cough, a key and a fan are not', () => {
    expect(heard(0.6, 0.7, 0.2, 0.6, 0.7, 0.1, 0.8, 0.6)).toBe(true)
    expect(heard(0.9, 0.9, 0.8, 0.1, 0, 0, 0, 0, 0, 0)).toBe(false)
    expect(heard(...Array.from({ length: 100 }, () => 0.3))).toBe(false)
    expect(heard(...Array.from({ length: 100 }, (_, index) => (index % 8 === 0 ? 0.9 : 0)))).toBe(false)
  })
})
