// Preloaded with -r into a real Electron: remembers trays and notifications as they are made, since nothing outside the
// process can press them. Offers what desktop-controls.ts describes.
'use strict'
const { Notification, Tray } = require('electron')

const trays = new Map()
const shown = new Set()

/** Runs `also` before a method of every instance. */
function watch(owner, method, also) {
  const original = owner.prototype[method]
  owner.prototype[method] = function (...args) {
    also(this, ...args)
    return original.apply(this, args)
  }
}

const face = (tray) => trays.get(tray) ?? trays.set(tray, { toolTip: '', image: '', menu: null }).get(tray)
watch(Tray, 'setContextMenu', (tray, menu) => (face(tray).menu = menu))
watch(Tray, 'setToolTip', (tray, words) => (face(tray).toolTip = words))
watch(Tray, 'setImage', (tray, image) => (face(tray).image = typeof image === 'string' ? image : image.toDataURL()))
watch(Tray, 'destroy', (tray) => trays.delete(tray))
watch(Notification, 'show', (notification) => {
  shown.add(notification)
  notification.once('close', () => shown.delete(notification))
})
watch(Notification, 'close', (notification) => shown.delete(notification))

function entries(menu, above = '') {
  const items = menu ? menu.items.filter((item) => item.visible && item.type !== 'separator') : []
  return items.flatMap((item) => {
    const path = above + item.label
    return item.submenu ? entries(item.submenu, `${path} > `) : [{ path, item }]
  })
}

const lastTray = () => [...trays.keys()].at(-1)
const trayEntries = () => entries(trays.get(lastTray())?.menu)

function take(title) {
  const found = [...shown].findLast((notification) => title === undefined || notification.title === title)
  if (!found) throw new Error(`no notification ${title ?? ''} is shown`)
  shown.delete(found)
  return found
}

const event = (fields) => ({ defaultPrevented: false, preventDefault() {}, ...fields })

globalThis[Symbol.for('parley.desktop.controls')] = {
  tray: () => (lastTray() ? { toolTip: face(lastTray()).toolTip, image: face(lastTray()).image } : null),
  trayMenu: () => trayEntries().map(({ path }) => path),
  pressTray(label) {
    const found = trayEntries().find(({ path, item }) => path === label || item.label === label)
    if (!found) throw new Error(`the tray has no entry ${label}`)
    if (!found.item.enabled) throw new Error(`menu item ${label} is disabled or hidden`)
    found.item.click()
  },
  clickTray: () => lastTray()?.emit('click', event()),
  notifications: () =>
    [...shown].map(({ title, body, actions, hasReply }) => ({
      title,
      body,
      actions: actions.map(({ text }) => text),
      hasReply,
    })),
  notificationAction(label, title) {
    const notification = take(title)
    const actionIndex = notification.actions.findIndex(({ text }) => text === label)
    if (actionIndex < 0) throw new Error(`the notification has no action ${label}`)
    notification.emit('action', event({ actionIndex, selectionIndex: -1 }), actionIndex, -1)
  },
  clickNotification: (title) => take(title).emit('click', event()),
  replyToNotification: (reply, title) => take(title).emit('reply', event({ reply }), reply),
  dismissNotification: (title) => take(title).emit('close', event({ reason: 'userCanceled' })),
}
