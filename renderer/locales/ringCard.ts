// The words of the pop-up and the mini window, apart from the rest so that both stay small.
import type { Widened } from './keys.ts'

const en = {
  ringCard: {
    callingYou: '{caller} is calling you',
    callingInto: '{caller} is calling you into',
    direct: 'A call for you',
    secondsLeft: '{n} seconds left',
    replyAndDecline: 'Decline with a reply',
    replySoon: 'In 5 minutes',
    replyBusy: 'Can’t talk now',
    replyOwn: 'Your own reply',
    replySend: 'Send and decline',
    leaveAndJoinHint: 'You are in another meeting. Answering leaves it.',
    stale: 'Reconnecting…',
    incoming: 'Incoming calls',
  },
  /** What a device is called that has no name of its own. */
  device: {
    browserOn: '{browser} on {system}',
    browser: 'Browser',
    computer: 'Computer',
  },
  mini: {
    title: 'Small meeting window',
    mute: 'Mute',
    unmute: 'Unmute',
    leave: 'Leave',
    hangUp: 'Hang up',
    back: 'Back to the meeting',
    speaking: '{name} is speaking',
    alone: 'Nobody else is here',
  },
} as const

const zhCN: Widened<typeof en> = {
  ringCard: {
    callingYou: '{caller} 正在呼叫您',
    callingInto: '{caller} 正在呼叫您加入',
    direct: '有人呼叫您',
    secondsLeft: '还剩 {n} 秒',
    replyAndDecline: '回复并拒绝',
    replySoon: '5 分钟后联系您',
    replyBusy: '现在不方便通话',
    replyOwn: '自定义回复',
    replySend: '发送并拒绝',
    leaveAndJoinHint: '您正在参加其他会议，接听将离开该会议。',
    stale: '正在重新连接…',
    incoming: '来电',
  },
  device: {
    browserOn: '{browser}（{system}）',
    browser: '浏览器',
    computer: '电脑',
  },
  mini: {
    title: '会议小窗',
    mute: '静音',
    unmute: '解除静音',
    leave: '离开',
    hangUp: '挂断',
    back: '返回会议',
    speaking: '{name} 正在发言',
    alone: '会议中没有其他人',
  },
}

export const ringCardWords = { en, 'zh-CN': zhCN }
