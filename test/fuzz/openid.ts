// Signing in through a provider under fire: starts, answers and grants that are made up, truncated, replayed, mixed up and put in another
// order, between ones that are right. Nobody may be signed in but by the whole right way, and a browser is sent nowhere but to us.
import { randomUUID } from 'node:crypto'
import { createDice, type Dice } from '../simulation/random.ts'
import { throughProvider } from '../support/openIdProvider.ts'
import { begin, comeBack, openIdScene, randomToken, type Begun, type OpenIdScene } from '../support/openIdScene.ts'

export type OpenIdFuzzOutcome = {
  n: number
  seed: number
  /** Requests that failed inside, and ones that got no answer. */
  crashes: number
  unhandledRejections: number
  /** Sessions that the whole right way did not lead to. */
  wrongSessions: number
  /** Redirects and links to anywhere but our own page and the app. */
  strays: number
  /** That it came so far: sessions by the right way, and everything that was refused. */
  rightSessions: number
  refusals: number
}

const pick = <Value>(dice: Dice, values: readonly Value[]): Value => dice.pick(values)!

/** One that really went through the provider. `right`: its answer was delivered as it was, by somebody who may come in. */
type Journey = Begun & {
  address: URL
  allowed: boolean
  used: boolean
  right: boolean
  grant: string | null
  spent: boolean
}

const PEOPLE = ['mia', 'eve', '-'] as const
/** A journey takes several requests to the provider; each is used by many. */
const REQUESTS_A_JOURNEY = 12
const KEPT = 8

export async function fuzzOpenid({ n, seed }: { n: number; seed: number }): Promise<OpenIdFuzzOutcome> {
  const dice = createDice(seed)
  const scene = await openIdScene({ allowedDomains: ['acme.example'] }, { signInsPerMinute: 1_000_000 })
  scene.provider.people['eve'] = { email: 'eve@evil.example', email_verified: true, name: 'Eve' }
  const outcome: OpenIdFuzzOutcome = {
    n,
    seed,
    crashes: 0,
    unhandledRejections: 0,
    wrongSessions: 0,
    strays: 0,
    rightSessions: 0,
    refusals: 0,
  }
  const onRejection = () => void outcome.unhandledRejections++
  process.on('unhandledRejection', onRejection)
  const journeys: Journey[] = []
  try {
    for (let sent = 0; sent < n; sent++) {
      if (sent % REQUESTS_A_JOURNEY === 0) {
        journeys.push(await travel(scene, dice))
        if (journeys.length > KEPT) journeys.shift()
      }
      const act = pick(dice, [fuzzStart, fuzzCallback, fuzzCallback, fuzzFinish, fuzzFinish])
      await act(scene, dice, journeys, outcome).catch(() => void outcome.crashes++)
    }
    const { store } = scene.world.server
    const sessions = await store.read((db) => db.selectFrom('sessions').select('userId').execute())
    const names = await store.read((db) => db.selectFrom('users').select(['id', 'name']).execute())
    for (const { userId } of sessions)
      if (names.find(({ id }) => id === userId)?.name !== 'Mia Novak') outcome.wrongSessions++
    return outcome
  } finally {
    process.off('unhandledRejection', onRejection)
    await scene.close()
  }
}

async function travel({ origin }: OpenIdScene, dice: Dice): Promise<Journey> {
  const as = pick(dice, PEOPLE)
  const begun = await begin(origin, pick(dice, ['web', 'desktop']))
  const address = new URL(await throughProvider(begun.url, as))
  return { ...begun, address, allowed: as === 'mia', used: false, right: false, grant: null, spent: false }
}

type Act = (scene: OpenIdScene, dice: Dice, journeys: Journey[], outcome: OpenIdFuzzOutcome) => Promise<void>

const junk = (dice: Dice): unknown =>
  pick<() => unknown>(dice, [
    () => null,
    () => 7,
    () => '',
    () => [],
    () => ({ __proto__: null, toString: 1 }),
    () => 'x'.repeat(dice.whole(0, 5_000)),
    () => randomToken().slice(dice.whole(0, 42)),
    () => `${randomToken()}\r\nx: y`,
    () => randomToken(),
  ])()

/** One of its fields replaced, left out, or one more put to it. */
function spoilt(body: Record<string, unknown>, dice: Dice): unknown {
  const field = pick(dice, Object.keys(body))
  const { [field]: _, ...others } = body
  return pick(dice, [
    () => others,
    () => ({ ...body, [field]: junk(dice) }),
    () => ({ ...body, more: 1 }),
    () => junk(dice),
  ])()
}

async function send(origin: string, path: string, body: unknown, outcome: OpenIdFuzzOutcome) {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(origin + path, { method: 'POST', headers, body: JSON.stringify(body) })
  const answer = (await response.json()) as { ok: boolean; error?: { field?: string } }
  // With a field it is what the provider said; without one it is what is said of a request that failed inside.
  if (response.status >= 500 && answer.error?.field === undefined) outcome.crashes++
  if (response.status >= 400) outcome.refusals++
  return answer
}

const fuzzStart: Act = async ({ origin }, dice, _journeys, outcome) => {
  const body = { way: pick(dice, ['web', 'desktop']), verifierHash: randomToken() }
  await send(origin, '/api/openid/start', dice.chance(0.3) ? body : spoilt(body, dice), outcome)
}

const fuzzCallback: Act = async ({ origin }, dice, journeys, outcome) => {
  const journey = pick(dice, journeys)
  const whole = [...journey.address.searchParams]
  const params = dice.chance(0.3) ? whole : mangled(whole, dice, pick(dice, journeys))
  const search = params.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
  const address = `${origin}/openid/callback?${dice.chance(0.1) ? search.slice(0, dice.whole(0, search.length)) : search}`
  const { grant, response, text } = await comeBack(address)
  if (response.status >= 500) outcome.crashes++
  const location = response.headers.get('location')
  const links = text.match(/(?:href|url)="?[^"]*/g) ?? []
  if (location !== null && !/^\/#openid=[\w-]+$/.test(location)) outcome.strays++
  if (location === null && response.status === 200 && !links.some((link) => link.includes(`parley://openid/${grant}`)))
    outcome.strays++
  if (grant === '' || grant === 'expired') return void outcome.refusals++
  // Whose it is the state tells, and whether all of it came as the provider sent it.
  const sent = new URL(address).searchParams
  const owner = journeys.find((one) => one.address.searchParams.get('state') === sent.get('state'))
  if (!owner || owner.used) return void outcome.wrongSessions++
  owner.used = true
  owner.grant = grant
  owner.right =
    owner.allowed &&
    ['code', 'state', 'iss'].every((name) => sent.getAll(name).join() === owner.address.searchParams.get(name))
}

type Params = [string, string][]

function mangled(params: Params, dice: Dice, other: Journey): Params {
  const at = dice.whole(0, params.length - 1)
  const [name, value] = params[at]!
  const replaced = (next: string): Params => params.map((one, index) => (index === at ? [name, next] : one))
  return pick<() => Params>(dice, [
    () => [...params].reverse(),
    () => params.filter((_, index) => index !== at),
    () => [...params, [name, value]],
    () => replaced(value.slice(0, dice.whole(0, value.length - 1))),
    () => replaced(JSON.stringify(junk(dice))),
    () => replaced(other.address.searchParams.get(name) ?? ''),
    () => [...params, ['error', 'access_denied']],
    () => [...params, ['response', randomToken()]],
    () => [...params, ['redirect_uri', 'https://evil.example/'], ['next', '//evil.example']],
    () => [
      ['state', value],
      ['id_token', randomToken()],
    ],
  ])()
}

const fuzzFinish: Act = async ({ origin }, dice, journeys, outcome) => {
  const [journey, other] = [pick(dice, journeys), pick(dice, journeys)]
  const grant = journey.grant ?? randomToken()
  const verifier = dice.chance(0.6) ? journey.verifier : other.verifier
  const body = { grant, verifier, device: { id: randomUUID(), platform: 'linux', label: 'a test' } }
  const right = journey.right && !journey.spent && journey.grant !== null && verifier === journey.verifier
  const whole = dice.chance(0.7)
  const answer = await send(origin, '/api/openid/finish', whole ? body : spoilt(body, dice), outcome)
  if (whole && journey.grant !== null) journey.spent = true
  if (!answer.ok) return
  if (right) outcome.rightSessions++
  else outcome.wrongSessions++
  journey.spent = true
}
