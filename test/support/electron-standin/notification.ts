// Electron's `Notification`: what is shown is kept for tests, which click, answer, reply and dismiss.
import { randomUUID } from 'node:crypto'
import type * as Electron from 'electron'
import { note, osState } from './os-state.ts'
import { StandinEmitter, StandinEvent } from './strict.ts'

const shown = osState.notifications as unknown as Notification[]

function takeDown(notification: Notification): boolean {
  const at = shown.indexOf(notification)
  if (at >= 0) shown.splice(at, 1)
  return at >= 0
}

function takeDownAll(which: (notification: Notification) => boolean) {
  for (const notification of shown.filter(which)) takeDown(notification)
}

export class Notification extends StandinEmitter {
  id: string
  title: string
  subtitle: string
  body: string
  silent: boolean
  hasReply: boolean
  replyPlaceholder: string
  sound: string
  urgency: string
  timeoutType: string
  closeButtonText: string
  actions: Electron.NotificationAction[]
  groupId: string
  groupTitle: string
  toastXml: string

  constructor(options: Electron.NotificationConstructorOptions = {}) {
    super()
    this.id = options.id ?? randomUUID()
    this.title = options.title ?? ''
    this.subtitle = options.subtitle ?? ''
    this.body = options.body ?? ''
    this.silent = options.silent ?? false
    this.hasReply = options.hasReply ?? false
    this.replyPlaceholder = options.replyPlaceholder ?? ''
    this.sound = options.sound ?? ''
    this.urgency = options.urgency ?? 'normal'
    this.timeoutType = options.timeoutType ?? 'default'
    this.closeButtonText = options.closeButtonText ?? ''
    this.actions = options.actions ?? []
    this.groupId = options.groupId ?? ''
    this.groupTitle = options.groupTitle ?? ''
    this.toastXml = options.toastXml ?? ''
  }

  static isSupported() {
    return osState.notificationsSupported
  }
  static handleActivation(handler: (details: Electron.ActivationArguments) => void) {
    osState.activationHandler = handler
  }
  static async getHistory() {
    return [...shown]
  }
  static remove(id: string | string[]) {
    takeDownAll((notification) => [id].flat().includes(notification.id))
  }
  static removeAll() {
    takeDownAll(() => true)
  }
  static removeGroup(groupId: string) {
    takeDownAll((notification) => notification.groupId === groupId)
  }

  show() {
    takeDown(this)
    if (!osState.notificationsSupported) return
    const failure = osState.notificationFailure
    if (failure) {
      this.emit('failed', new StandinEvent(), failure)
      return
    }
    shown.push(this)
    note('Notification.show', { title: this.title, body: this.body })
    setImmediate(() => this.emit('show', new StandinEvent()))
  }
  close() {
    if (takeDown(this)) this.emit('close', new StandinEvent({ reason: 'applicationHidden' }))
  }
}

/** What a person can do with a notification; for tests. */
export const person = {
  clicks(notification: Notification) {
    takeDown(notification)
    osState.activationHandler?.({ type: 'click', arguments: notification.id })
    notification.emit('click', new StandinEvent())
  },
  presses(notification: Notification, actionIndex: number) {
    if (!notification.actions[actionIndex]) throw new Error(`the notification has no action ${actionIndex}`)
    takeDown(notification)
    osState.activationHandler?.({ type: 'action', arguments: notification.id, actionIndex })
    notification.emit('action', new StandinEvent({ actionIndex, selectionIndex: -1 }), actionIndex, -1)
  },
  replies(notification: Notification, reply: string) {
    if (!notification.hasReply) throw new Error('the notification takes no reply')
    takeDown(notification)
    osState.activationHandler?.({ type: 'reply', arguments: notification.id, reply })
    notification.emit('reply', new StandinEvent({ reply }), reply)
  },
  dismisses(notification: Notification, reason = 'userCanceled') {
    if (takeDown(notification)) notification.emit('close', new StandinEvent({ reason }))
  },
}
