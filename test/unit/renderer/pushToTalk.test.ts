// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { spaceTalks } from '../../../renderer/meeting/pushToTalk.ts'

test('Space talks unless it is for something else: typing, menus, dialogs, and a button reached with the keyboard', () => {
  document.body.innerHTML = `
    <main><button id="button"><i id="inside"></i></button><p id="text"></p><a id="link" href="/x"></a></main>
    <input id="field" /><input id="range" type="range" /><textarea id="area"></textarea>
    <div role="menu"><div role="menuitem" id="item"></div></div>
    <div role="dialog"><p id="asked"></p></div>`
  const at = (id: string) => document.getElementById(id)
  for (const id of ['field', 'area', 'item', 'asked']) {
    expect([spaceTalks(at(id), false), spaceTalks(at(id), true)], id).toEqual([false, false])
  }
  for (const id of ['button', 'inside', 'link']) {
    expect([spaceTalks(at(id), false), spaceTalks(at(id), true)], id).toEqual([true, false])
  }
  expect([spaceTalks(at('text'), true), spaceTalks(at('range'), false), spaceTalks(null, true)]).toEqual([
    true,
    true,
    true,
  ])
})
