import { beforeEach, describe, expect, test } from 'vitest'
import { answerTimes, createTimeline, type Timeline } from '../../../renderer/media/timeline.ts'

const roomId = 'room'
let timeline: Timeline
beforeEach(() => {
  timeline = createTimeline()
})

describe('a room’s timeline', () => {
  test('keeps the first mark of each step, in the order of time', () => {
    timeline.mark('joined', { roomId, at: 200 })
    timeline.mark('answered', { roomId, at: 100 })
    timeline.mark('joined', { roomId, at: 300 })
    expect(timeline.marks(roomId).map(({ step, at }) => [step, at])).toEqual([
      ['answered', 100],
      ['joined', 200],
    ])
  })

  test('tells whoever waits for a step of it, once, and nobody who has stopped waiting', () => {
    const told: string[] = []
    timeline.whenMarked('firstVideo', roomId, () => told.push('waited'))
    timeline.whenMarked('firstVideo', roomId, () => told.push('gone'))()
    timeline.mark('firstAudio', { roomId })
    timeline.mark('firstVideo', { roomId: 'another' })
    expect(told).toEqual([])
    timeline.mark('firstVideo', { roomId, userId: 'ann' })
    timeline.mark('firstVideo', { roomId, userId: 'ben' })
    expect(told).toEqual(['waited'])
    timeline.whenMarked('firstVideo', roomId, () => told.push('late'))
    expect(told).toEqual(['waited', 'late'])
  })

  test('says how long an answer took, as far as it has come', () => {
    timeline.mark('answered', { roomId, at: 100 })
    timeline.mark('joined', { roomId, at: 150 })
    timeline.mark('iceConnected', { roomId, at: 160 })
    timeline.mark('firstVideo', { roomId, userId: 'ann', at: 400 })
    expect(answerTimes(timeline.marks(roomId))).toEqual({
      joinedMs: 50,
      connectedMs: 60,
      soundMs: null,
      pictureMs: 300,
    })
  })
})

describe('a person who was rung and has answered', () => {
  const ben = { roomId, userId: 'ben' }
  let told: unknown[]
  beforeEach(() => {
    told = []
    timeline.mark('firstVideo', { roomId, userId: 'ann', at: 1 })
    timeline.expect(ben, (step, at) => told.push([step, at]))
  })

  test('is waited for, though the room has had its first picture', () => {
    expect(timeline.wants('firstVideo', ben)).toBe(true)
    expect(timeline.wants('firstVideo', { roomId, userId: 'chloe' })).toBe(false)
    expect(timeline.wants('firstAudio', { roomId, userId: 'chloe' }), 'nobody was heard yet').toBe(true)
  })

  test('is told of once each when heard and seen', () => {
    timeline.mark('firstVideo', { ...ben, at: 10 })
    timeline.mark('firstVideo', { ...ben, at: 20 })
    timeline.mark('firstAudio', { ...ben, at: 30 })
    timeline.mark('firstAudio', { roomId, userId: 'chloe', at: 40 })
    expect(told).toEqual([
      ['firstVideo', 10],
      ['firstAudio', 30],
    ])
    expect(timeline.wants('firstVideo', ben)).toBe(false)
  })

  test('is forgotten with the room', () => {
    timeline.forget(roomId, 0)
    timeline.mark('firstVideo', { ...ben, at: 10 })
    expect(told).toEqual([])
  })
})

test('marks of an earlier call go, what this one has brought already stays', () => {
  timeline.mark('iceConnected', { roomId, at: 10 })
  timeline.mark('firstVideo', { roomId, userId: 'ben', at: 30 })
  timeline.forget(roomId, 20)
  expect(timeline.marks(roomId).map(({ step }) => step)).toEqual(['firstVideo'])
})
