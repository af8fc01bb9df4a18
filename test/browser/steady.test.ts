// Nothing jumps in a meeting when people come and go: neither pictures, nor the list of people, nor controls. As the browser itself counts it.
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { until } from '../support/browsers.ts'
import { setBrowserStage } from '../support/browserStage.ts'
import type { Person } from '../support/person.ts'

const { person } = setBrowserStage()

declare global {
  interface Window {
    parleyShifts?: string[]
  }
}

/** Runs in the page: writes down what is moved by anything but the person's own press. */
function watchShifts() {
  const shifts = (window.parleyShifts = [] as string[])
  const nameOf = (node: Node | undefined) => {
    const element = node instanceof Element ? node : node?.parentElement
    return element ? `${element.tagName}.${element.className} “${node?.textContent?.slice(0, 40)}”` : 'nothing any more'
  }
  const at = ({ x, y, width, height }: DOMRect) => `${x} ${y} ${width}x${height}`
  type Source = { node?: Node; previousRect: DOMRect; currentRect: DOMRect }
  const sourceOf = ({ node, previousRect, currentRect }: Source) =>
    `${nameOf(node)} from ${at(previousRect)} to ${at(currentRect)}`
  new PerformanceObserver((list) => {
    type Shift = PerformanceEntry & { value: number; hadRecentInput: boolean; sources: Source[] }
    for (const shift of list.getEntries() as Shift[])
      if (!shift.hadRecentInput) shifts.push(`${shift.value.toFixed(4)} by ${shift.sources.map(sourceOf).join(', ')}`)
  }).observe({ type: 'layout-shift' })
}

const shiftsOf = (page: Page) => page.evaluate(() => window.parleyShifts)
const tiles = (on: Person, count: number) =>
  until(`${count} tiles at ${on.login}`, async () => (await on.page.getByRole('article').count()) === count)

test('two come and go, with the list of people open, closed, and in the speaker view', async () => {
  const [ann, ben, chloe] = [await person('ann'), await person('ben'), await person('chloe')]
  await ann.startMeeting()
  const link = await ann.meetingLink()
  for (const view of ['grid, with the list', 'grid', 'speaker']) {
    if (view === 'grid') await ann.page.getByRole('button', { name: 'Close' }).click()
    if (view === 'speaker') {
      await ann.page.getByRole('button', { name: 'Layout' }).click()
      await ann.page.getByRole('menuitemradio', { name: /^Speaker/ }).click()
    }
    if (view === 'grid, with the list' && (await ann.page.getByRole('button', { name: 'Close' }).count()) === 0)
      await ann.page.keyboard.press('p')
    await ann.page.evaluate(watchShifts)
    for (const guest of [ben, chloe]) {
      await guest.page.getByRole('textbox', { name: 'Code or link' }).fill(link)
      await guest.join(guest.page.getByRole('button', { name: 'Join', exact: true }).first())
      await guest.page.getByRole('toolbar', { name: 'Meeting controls' }).waitFor()
    }
    await tiles(ann, 3)
    await ann.seesMoving('Chloe Martin')
    for (const guest of [chloe, ben]) {
      await guest.leave()
      await guest.page.getByRole('textbox', { name: 'Code or link' }).waitFor()
    }
    await tiles(ann, 1)
    await ann.page.getByText('It is just you here').waitFor()
    expect(await shiftsOf(ann.page), view).toEqual([])
  }
  // What is seen to move is written down: the watch is no blind one.
  await ann.page.evaluate(() =>
    document.querySelector('header')!.insertAdjacentHTML('beforebegin', '<p>pushed down</p>'),
  )
  await until('a shift', async () => ((await shiftsOf(ann.page))?.length ?? 0) > 0)
})

test('the place of captions is kept: given height, it takes it from the stage, and nothing lies over it', async () => {
  const ann = await person('ann')
  await ann.startMeeting()
  await ann.page.getByText('It is just you here').waitFor()
  const top = (selector: string) =>
    ann.page
      .locator(selector)
      .first()
      .evaluate((node) => node.getBoundingClientRect().top)
  const bottomOf = (on: string) =>
    ann.page
      .locator(on)
      .first()
      .evaluate((node) => node.getBoundingClientRect().bottom)
  const bar = await top('[role=toolbar]')
  await ann.page.evaluate(() => document.documentElement.style.setProperty('--captions', '72px'))
  await until('the stage to be smaller', async () => (await bottomOf('article')) <= bar - 72)
  expect(await top('[role=toolbar]')).toBe(bar)
  const lying = await ann.page.evaluate((from) => {
    const [left, right] = [20, innerWidth - 20]
    const points = Array.from({ length: 20 }, (_, n) => [left + ((right - left) * n) / 19, from - 36] as const)
    const inPlace = (element: Element | null) => element?.matches('.captions, .meeting') ?? true
    return points
      .map((point) => document.elementFromPoint(...point))
      .filter((element) => !inPlace(element))
      .map((element) => element?.className)
  }, bar)
  expect(lying).toEqual([])
})
