// The words of errors, in a language people understand and with what to do next. Apart from the rest since the pop-up shows them too.
import type { Widened } from './keys.ts'

const en = {
  error: {
    unauthenticated: 'Please sign in again.',
    tokenExpired: 'Please try again.',
    invalid: 'That is not possible as entered.',
    tooLarge: 'That is too long.',
    unknownUser: 'This person no longer has an account here.',
    unknownRoom: 'There is no such meeting any more.',
    unknownCall: 'This call is over.',
    notInRoom: 'You are not in this meeting any more.',
    notAllowed: 'You may not do this.',
    inOtherRoom: 'You are in another meeting.',
    roomFull: 'The meeting is full. Try again when somebody has left.',
    roomLocked: 'The meeting is locked. Its owner or an admin can ring people in.',
    wrongPassword: 'The password is wrong.',
    roomEnded: 'The meeting has ended.',
    notBegun: 'This meeting has not begun yet. Those invited can join from ten minutes before its start.',
    organisation: 'Your organisation lets you ring only people who have you among their contacts.',
    denied: 'You were not let in. Ask again in a minute.',
    lockedOut:
      'Too many wrong passwords. Wait up to a quarter of an hour, or ask whoever looks after the server for a link to choose a new one.',
    signedOutElsewhere: 'You signed out this device from another one.',
    signedOutByOperator: 'Whoever looks after the server signed out this device.',
    tokenReused: 'This session was used from two places at once. If that was not you, change your password.',
    passwordChanged: 'Your password was changed.',
    accountDisabled: 'This account is disabled. Ask whoever looks after the server.',
    tooManyPasswords: 'Too many wrong passwords. Wait a minute, then try again.',
    rateLimited: 'That was a lot at once. Wait a moment, then try again.',
    conflict: 'Something changed meanwhile. Look again, then retry.',
    unavailable: 'The server does not answer. Check your connection and try again.',
  },
} as const

const zhCN: Widened<typeof en> = {
  error: {
    unauthenticated: '请重新登录。',
    tokenExpired: '请重试。',
    invalid: '输入的内容无法执行。',
    tooLarge: '内容过长。',
    unknownUser: '此人在这里已没有账号。',
    unknownRoom: '该会议已不存在。',
    unknownCall: '此呼叫已结束。',
    notInRoom: '您已不在此会议中。',
    notAllowed: '您无权执行此操作。',
    inOtherRoom: '您正在参加其他会议。',
    roomFull: '会议人数已满。请等有人离开后再试。',
    roomLocked: '会议已锁定。主持人或管理员可以呼叫他人加入。',
    wrongPassword: '密码错误。',
    roomEnded: '会议已结束。',
    notBegun: '此会议尚未开始。受邀者可在开始前十分钟加入。',
    organisation: '您所在的组织只允许您呼叫已将您加入常用联系人的人。',
    denied: '您未被允许进入。请一分钟后再次请求。',
    lockedOut: '密码错误次数过多。请等待最多一刻钟，或向服务器管理员索取重设密码的链接。',
    signedOutElsewhere: '您在另一台设备上退出了此设备的登录。',
    signedOutByOperator: '服务器管理员退出了此设备的登录。',
    tokenReused: '此会话同时在两处被使用。如果不是您本人操作，请更改密码。',
    passwordChanged: '您的密码已更改。',
    accountDisabled: '此账号已停用。请联系服务器管理员。',
    tooManyPasswords: '密码错误次数过多。请等待一分钟后重试。',
    rateLimited: '操作过于频繁。请稍候再试。',
    conflict: '情况有变。请查看后重试。',
    unavailable: '服务器没有响应。请检查网络连接后重试。',
  },
}

export const errorTexts = { en, 'zh-CN': zhCN }
