// How a ring shows itself on the desktop and how it is answered: tray, notification and pop-up, each on its own.
import { beforeEach, describe, expect, test } from 'vitest'
import { MAIN, openScene, POPUP, shareScene, type Scene } from './scene.ts'

const RINGING = 'Parley – Ann Kovač is calling'

let scene: Scene
const shared = shareScene()
beforeEach(() => {
  scene = shared.current
})

const benIsInside = () =>
  scene.ann.hears('participant.joined', ({ participant }) => participant.user.id === scene.benElsewhere.id)

describe('tray', () => {
  test('rings in the tray with every window closed', async () => {
    const { app, ann } = scene
    await app.closeWindow(MAIN)
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().forEach((window) => window.destroy()))
    await app.until('every window to be gone', async () => (await app.windows()).length === 0)

    await scene.annRings()
    await scene.untilTray(RINGING)
    expect((await app.trayMenu()).slice(0, 3)).toEqual([
      'Answer Ann Kovač',
      'Answer Ann Kovač with video',
      'Decline Ann Kovač',
    ])
    const still = (await app.tray())?.image
    await app.until('the tray picture to move', async () => (await app.tray())?.image !== still)

    await ann.does('call.cancel', { roomId: scene.roomId, calleeIds: [scene.benElsewhere.id] })
    await scene.untilTray('Parley – 1 missed call')
    expect((await app.trayMenu())[0]).toBe('Open Parley')
  })

  test('answer from the tray', async () => {
    const { app } = scene
    await app.closeWindow(MAIN)
    await scene.untilVisible(MAIN, false)
    const call = await scene.annRings()
    await scene.untilTray(RINGING)

    await app.pressTray('Answer Ann Kovač with video')
    await benIsInside()
    await scene.untilVisible(MAIN, true)
    const { entry, mirror } = await scene.untilState('Ben to have a seat', (state) => state.entry !== null)
    expect(entry).toMatchObject({
      how: 'answered',
      callId: call.id,
      roomId: scene.roomId,
      microphone: true,
      camera: true,
    })
    expect(mirror.seat?.room.id).toBe(scene.roomId)
    await scene.untilTray('Parley – in Design review')
    expect(await app.notifications()).toEqual([])
  })

  test('decline from the tray', async () => {
    const call = await scene.annRings()
    await scene.untilTray(RINGING)
    await scene.app.pressTray('Decline Ann Kovač')
    const { call: told } = await scene.ann.hears('call.rejected')
    expect(told).toMatchObject({ id: call.id, reason: 'rejected' })
    await scene.untilTray('Parley – ready')
    await scene.untilPopupIsGone()
    expect(await scene.app.notifications()).toEqual([])
  })
})

describe('notification', () => {
  test('answer from the notification', async () => {
    const { app } = scene
    await app.closeWindow(MAIN)
    await scene.annRings({ extension: 'Two minutes?' })
    await app.until('a notification', async () => (await app.notifications()).length === 1)
    expect(await app.notifications()).toEqual([
      {
        title: 'Ann Kovač is calling you into Design review',
        body: '“Two minutes?”\nAnn Kovač is in',
        actions: ['Answer', 'Decline'],
        hasReply: false,
      },
    ])
    await app.notificationAction('Answer')
    await benIsInside()
    await scene.untilVisible(MAIN, true)
    const { entry } = await scene.untilState('Ben to have a seat', (state) => state.entry !== null)
    expect(entry).toMatchObject({ how: 'answered', microphone: true, camera: false })
  })

  test('decline from the notification', async () => {
    const { app, ann } = scene
    await scene.annRings()
    await app.until('a notification', async () => (await app.notifications()).length === 1)
    await app.notificationAction('Decline')
    await ann.hears('call.rejected')
    await scene.untilTray('Parley – ready')
  })

  test('a click on the notification shows the ring and does not answer, a dismissed one is no decline', async () => {
    const { app } = scene
    const call = await scene.annRings()
    await scene.popup()
    await app.clickNotification()
    await app.until(
      'the pop-up to have the focus',
      async () => (await app.windows()).find(({ url }) => url.includes(POPUP))?.focused ?? false,
    )
    expect((await scene.state()).mirror.calls[call.id]).toMatchObject({ status: 'calling' })

    // The server's clock stands still by itself, and the tray tells of the newest ring.
    await scene.world.advance(1_000)
    const chloe = await scene.world.signIn('chloe')
    const { room } = await chloe.opensMeeting('Lunch')
    const other = await chloe.rings(scene.benElsewhere, room.id)
    await app.until('the second notification', async () =>
      (await app.notifications()).some(({ title }) => title.includes('Chloe')),
    )
    await app.dismissNotification('Chloe Martin is calling you into Lunch')
    await scene.untilTray('Parley – Chloe Martin is calling')
    expect((await scene.state()).mirror.calls[other.id]).toMatchObject({ status: 'calling' })
    expect(await app.trayMenu()).toContain('Decline Chloe Martin')
  })
})

describe('pop-up', () => {
  test('answer from the pop-up', async () => {
    const { app } = scene
    await app.closeWindow(MAIN)
    await scene.annRings()
    const popup = await scene.popup()
    const ring = popup.getByRole('alertdialog')
    await ring.getByText('Design review').first().waitFor()
    await ring.getByRole('button', { name: 'Audio' }).click()
    await benIsInside()
    await scene.untilVisible(MAIN, true)
    await scene.untilPopupIsGone()
    const { entry } = await scene.untilState('Ben to have a seat', (state) => state.entry !== null)
    expect(entry).toMatchObject({ how: 'answered', camera: false })
  })

  test('decline from the pop-up', async () => {
    await scene.annRings()
    const popup = await scene.popup()
    await popup.getByRole('button', { name: 'Decline', exact: true }).click()
    await scene.ann.hears('call.rejected')
    await scene.untilPopupIsGone()
  })

  test('it sits above everything at the bottom right of the work area, and takes no focus', async () => {
    const { app } = scene
    await app.until(
      'the main window to have the focus',
      async () => (await app.windows()).find(({ url }) => url.includes(MAIN))?.focused ?? false,
    )
    await scene.annRings()
    await scene.popup()
    const all = await app.windows()
    const popup = all.find(({ url }) => url.includes(POPUP))!
    const area = await app.evaluate(({ screen }) => screen.getPrimaryDisplay().workArea)
    expect(popup).toMatchObject({ alwaysOnTop: true, focused: false })
    expect(popup.bounds.width).toBe(380)
    expect(popup.bounds.x + popup.bounds.width).toBe(area.x + area.width - 16)
    expect(popup.bounds.y + popup.bounds.height).toBe(area.y + area.height - 16)
    expect(all.find(({ url }) => url.includes(MAIN))?.focused).toBe(true)
  })

  test('the pop-up closes with the reason when the caller cancels', async () => {
    await scene.annRings()
    const popup = await scene.popup()
    await scene.ann.does('call.cancel', { roomId: scene.roomId, calleeIds: [scene.benElsewhere.id] })
    await popup.getByText('Ann Kovač stopped calling').first().waitFor()
    await scene.untilPopupIsGone()
  })

  test('the pop-up closes with the reason on answer elsewhere', async () => {
    const { benElsewhere } = scene
    await benElsewhere.connects()
    const call = await scene.annRings()
    const popup = await scene.popup()
    await benElsewhere.answers(call)
    await popup.getByText("Answered on Ben's phone").first().waitFor()
    await scene.untilPopupIsGone()
    expect((await scene.state()).mirror.seat).toBeNull()
  })

  test('the pop-up closes with the reason at the deadline', async () => {
    await scene.annRings()
    const popup = await scene.popup()
    await scene.world.advance(30_000)
    await popup.getByText('You missed a call from Ann Kovač').first().waitFor()
    await scene.untilPopupIsGone()
    await scene.untilTray('Parley – 1 missed call')
  })

  test('with the pop-up switched off the tray rings alone', async () => {
    const { app } = scene
    const page = await app.window(MAIN)
    await page.evaluate(() => window.parley!.setSettings({ ringPopup: false }))
    await scene.annRings()
    await scene.untilTray(RINGING)
    expect((await app.windows()).filter(({ visible }) => visible).map(({ url }) => url.includes(POPUP))).toEqual([
      false,
    ])
  })
})

describe('call waiting', () => {
  test('tray and notification do not answer at once, the pop-up asks first', async () => {
    const { app, ann } = scene
    const page = await app.window(MAIN)
    await page.evaluate(() => window.parley!.createRoom({ name: 'Own meeting', microphone: false, camera: false }))
    const call = await scene.annRings()
    await app.until('a notification', async () => (await app.notifications()).length === 1)
    expect((await app.notifications())[0]?.actions).toEqual(['Leave and join', 'Decline'])

    await app.pressTray('Answer Ann Kovač…')
    const popup = await scene.popup()
    expect((await scene.state()).mirror.calls[call.id]?.status).toBe('calling')
    await popup.getByRole('button', { name: 'Leave and join' }).first().click()
    await ann.hears('participant.joined')
    const { mirror } = await scene.untilState(
      'Ben to have changed rooms',
      (state) => state.mirror.seat?.room.id === scene.roomId,
    )
    expect(mirror.calls[call.id]?.status).toBe('accepted')
  })
})

describe('an answer that fails is told of on the ring, with the reason', () => {
  const answers = {
    tray: () => scene.app.pressTray('Answer Ann Kovač'),
    notification: () => scene.app.notificationAction('Answer'),
    'pop-up': async () => (await scene.popup()).getByRole('button', { name: 'Audio' }).click(),
  }
  test.each(['tray', 'notification', 'pop-up'] as const)('answered from the %s', async (surface) => {
    const { app, ann, benElsewhere } = scene
    const call = await scene.annRings()
    await app.until('a notification', async () => (await app.notifications()).length === 1)
    /** Behind everybody's back: the server knows nothing of a call to Ben any more. */
    const setCallee = (calleeId: string) =>
      scene.world.server.store.write(({ db }) =>
        db.updateTable('calls').set({ calleeId }).where('id', '=', call.id).execute(),
      )
    await setCallee(ann.id)
    await answers[surface]()
    const popup = await scene.popup()
    await popup.getByRole('status').filter({ hasText: 'This call is over.' }).waitFor()
    expect((await scene.state()).mirror.seat).toBeNull()
    await setCallee(benElsewhere.id)
  })
})

describe('two who ring each other are brought together without a question', () => {
  const answers = {
    tray: () => scene.app.pressTray('Answer Chloe Martin'),
    notification: () => scene.app.notificationAction('Answer'),
    'pop-up': async () => (await scene.popup()).getByRole('button', { name: 'Audio' }).click(),
  }
  test.each(['tray', 'notification', 'pop-up'] as const)('answered from the %s', async (surface) => {
    const { app, benElsewhere } = scene
    const chloe = await scene.world.signIn('chloe')
    const page = await app.window(MAIN)
    await page.evaluate((calleeId) => window.parley!.callDirectly({ calleeId, media: 'audio' }), chloe.id)
    await chloe.hearsRing()
    const back = { calleeId: benElsewhere.id, media: 'audio', leaveOther: true, rtpCapabilities: null } as const
    const { call } = await chloe.does('call.direct', back)
    await app.until('a notification', async () => (await app.notifications()).length === 1)

    await answers[surface]()
    const together = await scene.untilState('the two together', ({ mirror }) => mirror.seat?.room.id === call.roomId)
    expect(together.mirror.seat?.participants).toHaveLength(2)
    expect(together.entry).toMatchObject({ how: 'answered', callId: call.id })
    await scene.untilPopupIsGone()
    expect(await app.notifications()).toEqual([])
  })
})

test('nothing rings past the deadline, though the server is gone', async () => {
  const own = await openScene()
  try {
    const { app } = own
    await own.annRings({ timeoutSeconds: 5 })
    await own.popup()
    await own.world.stop()
    await app.until('the tray to stop ringing', async () => (await app.tray())?.toolTip !== RINGING)
    await own.untilPopupIsGone()
    expect(await app.notifications()).toEqual([])
  } finally {
    await own.close()
  }
})
