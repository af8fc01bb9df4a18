// The scene of the consent fuzz: Ann in a meeting, Ben's page behind a server that can go bad, and an accomplice who lends that
// server what a real one offers.
import type { Socket } from 'socket.io'
import type { MediaOffer, OpaqueMedia } from '../../shared/protocol/media.ts'
import { createDice, createIds, type Dice } from '../simulation/random.ts'
import { launchBrowser, until } from '../support/browsers.ts'
import { openPerson, type Person } from '../support/person.ts'
import { startServer } from '../support/serverProcess.ts'
import { TestDevice } from '../support/testDevice.ts'
import { startMiddleman, type Middleman, type OnCommand } from './middleman.ts'
import { createMaker, type Cast, type Maker } from './values.ts'

const CONNECT_MS = 120_000
const PATIENCE_MS = 60_000
/** An access token is renewed when it has less than this to live. */
const RENEW_BEFORE_MS = 5 * 60_000
const CALL_IDS = 40
const FAKE_ROOMS = 3

export type Scene = {
  middleman: Middleman
  ben: Person
  errors: string[]
  /** In Ann's meeting; rings Ben, and lends the hostile server the offers of a real SFU. */
  accomplice: TestDevice
  roomId: string
  benId: string
  capabilities: OpaqueMedia
  offer: { current: MediaOffer }
  maker: Maker
  dice: Dice
}

export type SceneOptions = {
  seed: number
  say(line: string): void
  /** What the server answers once it has gone bad. */
  answerOf(scene: Scene, ...command: Parameters<OnCommand>): ReturnType<OnCommand>
  /** To be called at the end, the last one first. */
  closers: (() => Promise<unknown>)[]
}

export async function setScene({ seed, say, answerOf, closers }: SceneOptions): Promise<Scene> {
  const dice = createDice(seed)
  const server = await startServer()
  closers.push(() => server.stop())
  const browser = await launchBrowser()
  closers.push(() => browser.close())
  // Ann really is there and heard: the warm media that a ring brings is real.
  const ann = await openPerson(browser, server.url, 'ann')
  await ann.signIn()
  await ann.startMeeting()
  await ann.page.getByRole('button', { name: 'Turn camera off' }).click()
  const accomplice = new TestDevice(() => server.url, 'chloe', 'Chloe’s laptop')
  await accomplice.signsIn()
  await accomplice.connects()
  closers.push(async () => accomplice.disconnects())

  let onCommand: OnCommand = async (_message, forward) => ({ answer: await forward() })
  const middleman = await startMiddleman(server.url, (message, forward) => onCommand(message, forward))
  closers.push(() => middleman.close())
  const ben = await openPerson(browser, middleman.url, 'ben')
  // Behind thousands of messages a slow machine may take a while to come to a person's press.
  ben.page.setDefaultTimeout(PATIENCE_MS)
  const errors: string[] = []
  ben.page.on('pageerror', (error) => errors.push(`uncaught in the page: ${error.stack ?? error.message}`))
  ben.page.on('crash', () => errors.push('the page crashed'))
  ben.page.on('response', (response) => {
    if (response.url().includes('/api/') && !response.ok()) say(`${response.url()} answered ${response.status()}`)
  })
  await ben.signIn()

  const code = await ann.page
    .getByText(/^[a-z]{3}-[a-z]{4}-[a-z]{3}$/)
    .first()
    .innerText()
  const capabilities = (await accomplice.does('media.routerCapabilities', {})).routerRtpCapabilities
  const joined = await accomplice.enters({ room: { code }, rtpCapabilities: capabilities })
  if (!joined.media) throw new Error('the SFU gave no media')
  const offer = { current: joined.media }
  const roomId = joined.snapshot.room.id
  const cast = await castOf(ben, accomplice, roomId, offer, dice)
  const maker = createMaker(cast, dice)
  const benId = cast.users[0].id
  const scene = { middleman, ben, errors, accomplice, roomId, benId, capabilities, offer, maker, dice }
  onCommand = (message, forward) => answerOf(scene, message, forward)
  return scene
}

async function castOf(ben: Person, accomplice: TestDevice, roomId: string, offer: Scene['offer'], dice: Dice) {
  const me = await ben.page.evaluate(() => ({
    deviceId: localStorage.getItem('parley.device') ?? '',
    user: (JSON.parse(localStorage.getItem('parley.session') ?? '{}') as { user: { id: string; name: string } }).user,
  }))
  const createId = createIds(dice.whole(1, 2 ** 31))
  const fresh = (count: number) => Array.from({ length: count }, createId)
  const { people } = await accomplice.does('people.list', {})
  return {
    // Half of what is said is said of the person at this page.
    users: [me.user, me.user, accomplice.user, ...people.slice(0, 2).map(({ user }) => user)] as const,
    deviceIds: [me.deviceId, me.deviceId, accomplice.device.id, createId()],
    roomIds: [roomId, ...fresh(FAKE_ROOMS)],
    callIds: fresh(CALL_IDS),
    offer: () => offer.current,
    now: Date.now,
  } satisfies Cast
}

/** The page's connection. A page that was made to sign out is signed in again, which opens nothing. */
export function connectionOf({ middleman, ben }: Scene, say: (line: string) => void): Promise<Socket> {
  const signIn = ben.page.getByRole('button', { name: 'Sign in', exact: true })
  return until(
    'the page’s connection',
    async () => {
      const socket = middleman.connection()
      if (socket || !(await signIn.isVisible())) return socket
      say('the page was made to sign out, and is signed in again')
      middleman.turn('honest')
      await signIn.click()
      await ben.page.getByRole('button', { name: 'New meeting' }).waitFor({ timeout: CONNECT_MS })
      middleman.turn('hostile')
      return null
    },
    CONNECT_MS,
  )
}

/** The accomplice's transports become the page's when it asks: each opening brings new ones. A real ring goes on all the while. */
export async function renewOffers({ accomplice, roomId, benId, capabilities, offer }: Scene): Promise<void> {
  await staySignedIn(accomplice)
  const opened = await accomplice.ask('media.open', { roomId, rtpCapabilities: capabilities })
  if (opened.ok) offer.current = opened.value
  await accomplice.ask('call.invite', { roomId, calleeIds: [benId], media: 'video', timeoutSeconds: 600 })
}

/** Hundred thousand messages take longer than an access token lives. */
async function staySignedIn(accomplice: TestDevice): Promise<void> {
  const { accessExpiresAt, refreshToken } = accomplice.tokens
  if (accessExpiresAt - Date.now() > RENEW_BEFORE_MS) return
  accomplice.tokens = (await accomplice.does('session.renew', { refreshToken })).tokens
}
