// `npm run demo`: Ann rings Ben, Chloe and Dan into a meeting, on real screens with real media. Prints what happened as people
// would tell it; exits 0 only if every step was seen. `--json` prints one object as its last line (see ARCHITECTURE.md, Measures).
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launchBrowser, until } from '../support/browsers.ts'
import { SITTERS, writeFakeCamera } from '../support/fakeCamera.ts'
import { openPerson, type Person } from '../support/person.ts'
import { startServer } from '../support/serverProcess.ts'

const OUTPUT = join(import.meta.dirname, '..', '..', 'demo-output')
const MESSAGE = '5 minutes on the pricing page'
const REPLY = 'In 5 minutes'

const LOGINS = ['ann', 'ben', 'chloe'] as const

type Step = { name: string; ok: boolean; atMs: number }
type Cast = { ann: Person; ben: Person; chloe: Person }
type Figures = { answerToFirstVideoMs: number; answerToFirstAudioMs: number; inviteToShownMs: number }

const json = process.argv.includes('--json')
// With --json everything told goes to stderr, so that stdout carries the object alone.
const tell = (line: string) => (json ? process.stderr : process.stdout).write(line + '\n')

/** A step that was not seen; told without a stack. */
class Failed extends Error {}

/** Runs the story step by step, each seen on the screens and photographed on every side. */
function createTeller(people: () => Person[]) {
  const steps: Step[] = []
  const begun = performance.now()
  const step = async (name: string, action: () => Promise<void>) => {
    let problem: unknown = null
    await action().catch((error: unknown) => void (problem = error ?? new Error(name)))
    const atMs = Math.round(performance.now() - begun)
    steps.push({ name, ok: problem === null, atMs })
    tell(`${(atMs / 1000).toFixed(1).padStart(6)} s  ${problem ? '✗' : '✓'} ${name}`)
    const number = String(steps.length).padStart(2, '0')
    for (const person of people())
      await person.screenshot(join(OUTPUT, `${number}-${person.login}.png`)).catch(() => {})
    if (problem) throw new Failed(`${name}: ${problem instanceof Error ? problem.message : String(problem)}`)
  }
  return { steps, step }
}

async function story(step: ReturnType<typeof createTeller>['step'], { ann, ben, chloe }: Cast): Promise<Figures> {
  await step('Ann, Ben and Chloe sign in', async () => {
    for (const person of [ann, ben, chloe]) await person.signIn()
  })
  await step('Ann opens a meeting', () => ann.startMeeting())
  await step(`Ann rings Ben and Chloe: “${MESSAGE}”`, () =>
    ann.ring(['Ben Osei', 'Chloe Martin'], { message: MESSAGE }),
  )
  await step('Ben’s and Chloe’s apps ring, and show who calls and why', async () => {
    for (const person of [ben, chloe]) {
      await person.card().getByText('Ann Kovač').first().waitFor()
      await person.card().getByText(MESSAGE).waitFor()
    }
  })
  await step('Ann sees both ringing', async () => {
    for (const name of ['Ben Osei', 'Chloe Martin']) await ann.pendingRow(name).getByText('Ringing').waitFor()
  })
  await step('Nothing was captured at Ben’s before he answers', async () => {
    const { captures, packetsSent } = await ben.stats()
    if (captures || packetsSent) throw new Error(`${captures} captures, ${packetsSent} packets sent`)
  })
  await step('Ben answers with video', () => ben.answer('Video'))
  await step(`Chloe declines: “${REPLY}”`, () => chloe.declineWith(REPLY))
  await step('Ann reads Chloe’s reply', () => ann.pendingRow('Chloe Martin').getByText(REPLY).waitFor())
  await step('Ann and Ben see each other move', async () => {
    await ann.seesMoving('Ben Osei')
    await ben.seesMoving('Ann Kovač')
  })
  await step('Ann and Ben hear each other', async () => {
    await ann.hears()
    await ben.hears()
  })
  const figures = await measure(ann, ben)
  await step('Ann rings Dan, whose apps are all off', () => ann.ring(['Dan Kim'], { seconds: 15 }))
  await step('Dan may be offline', () =>
    ann.pendingRow('Dan Kim').getByText('May be offline').waitFor({ timeout: 9_000 }),
  )
  await step('No answer from Dan', () => ann.pendingRow('Dan Kim').getByText('No answer').waitFor({ timeout: 15_000 }))
  await step('Ann ends the meeting for all', () => ann.endForAll())
  await step('Ben is told, and both are home again', async () => {
    await ben.page.getByText('Ann’s meeting has ended').first().waitFor()
    for (const person of [ann, ben]) await person.page.getByRole('button', { name: 'New meeting' }).waitFor()
  })
  return figures
}

/** From the marks that the apps themselves set; all pages run on this machine's clock. */
async function measure(ann: Person, ben: Person): Promise<Figures> {
  const mark = (person: Person, name: string) => until(`the mark “${name}” at ${person.login}`, () => person.mark(name))
  const answered = await mark(ben, 'answered')
  return {
    answerToFirstVideoMs: Math.round((await mark(ben, 'firstVideo')) - answered),
    answerToFirstAudioMs: Math.round((await mark(ben, 'firstAudio')) - answered),
    inviteToShownMs: Math.round((await mark(ben, 'shown')) - (await mark(ann, 'invited'))),
  }
}

/** A browser a person, since a fake camera belongs to the whole browser. */
function launchWithCamera(folder: string, login: (typeof LOGINS)[number]) {
  const camera = join(folder, `${login}.y4m`)
  writeFakeCamera(camera, SITTERS[login])
  return launchBrowser({ camera })
}

async function main(): Promise<number> {
  rmSync(OUTPUT, { recursive: true, force: true })
  mkdirSync(OUTPUT, { recursive: true })
  const server = await startServer()
  const cameras = mkdtempSync(join(tmpdir(), 'parley-cameras-'))
  const browsers = await Promise.all(LOGINS.map((login) => launchWithCamera(cameras, login)))
  const people: Person[] = []
  const { steps, step } = createTeller(() => people)
  let figures: Figures | null = null
  try {
    for (const [index, login] of LOGINS.entries()) {
      const browser = browsers[index]
      if (browser) people.push(await openPerson(browser, server.url, login))
    }
    const [ann, ben, chloe] = people
    if (!ann || !ben || !chloe) throw new Failed('three people are needed')
    figures = await story(step, { ann, ben, chloe })
    tell(
      `\nAnswer to first video ${figures.answerToFirstVideoMs} ms, to first audio ${figures.answerToFirstAudioMs} ms; invite to shown ${figures.inviteToShownMs} ms.`,
    )
  } catch (error) {
    tell(`\n${error instanceof Failed ? error.message : String(error instanceof Error ? error.stack : error)}`)
    tell(`The server printed last:\n${server.output().slice(-2_000)}`)
  } finally {
    for (const browser of browsers) await browser.close()
    await server.stop()
    rmSync(cameras, { recursive: true, force: true })
  }
  tell('Screenshots of every side at every step are in demo-output/.')
  const none = { answerToFirstVideoMs: null, answerToFirstAudioMs: null, inviteToShownMs: null }
  if (json) process.stdout.write(JSON.stringify({ ...(figures ?? none), steps }) + '\n')
  return figures && steps.every((each) => each.ok) ? 0 : 1
}

process.exitCode = await main()
