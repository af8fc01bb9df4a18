// The words of errors, in a language people understand and with what to do next. Apart from the rest since the pop-up shows them too.
import type { Widened } from './keys.ts'

const en = {
  error: {
    unauthenticated: 'Sign in again to go on.',
    tokenExpired: 'Your sign-in had to be renewed. Try again.',
    invalid: 'That cannot be done as it was entered. Check it, then try again.',
    tooLarge: 'That is too long. Shorten it, then try again.',
    unknownUser: 'This person no longer has an account here.',
    unknownRoom: 'There is no such meeting any more. Check with whoever invited you.',
    unknownCall: 'This call is over.',
    notInRoom: 'You are not in this meeting any more. Join it again to go on.',
    notAllowed: 'You may not do this. Ask the owner of the meeting, or your administrator.',
    inOtherRoom: 'You are in another meeting. Leave it first, then try again.',
    roomFull: 'The meeting is full. Try again when somebody has left.',
    roomLocked: 'The meeting is locked. Its owner or an admin can ring people in.',
    wrongPassword: 'That is not the password. Check it, then try again.',
    roomEnded: 'The meeting has ended.',
    notBegun: 'This meeting has not begun yet. Those invited can join from ten minutes before its start.',
    organisation: 'Your organisation lets you ring only people who have you among their contacts. Ask them to add you.',
    denied: 'You were not let in. Ask again in a minute.',
    lockedOut:
      'Too many wrong passwords. Wait up to a quarter of an hour, or ask your administrator for a link to choose a new one.',
    signedOutElsewhere: 'You signed out this device from another one.',
    signedOutByOperator: 'An administrator signed out this device.',
    tokenReused: 'This sign-in was used from two places at once. If that was not you, change your password.',
    passwordChanged: 'Your password was changed. Sign in with the new one.',
    accountDisabled: 'This account is disabled. Ask your administrator to enable it.',
    tooManyPasswords: 'Too many wrong passwords. Wait a minute, then try again.',
    rateLimited: 'That was a lot at once. Wait a moment, then try again.',
    conflict: 'Something changed meanwhile. See how it is now, then try again.',
    unavailable: 'The server does not answer. Check your connection, then try again.',
  },
} as const

const zhCN: Widened<typeof en> = {
  error: {
    unauthenticated: '请重新登录。',
    tokenExpired: '登录状态需要更新。请重试。',
    invalid: '无法按输入的内容执行。请检查后重试。',
    tooLarge: '内容过长。请缩短后重试。',
    unknownUser: '此人在这里已没有账号。',
    unknownRoom: '该会议已不存在。请与邀请您的人核对。',
    unknownCall: '此呼叫已结束。',
    notInRoom: '您已不在此会议中。请重新加入。',
    notAllowed: '您无权执行此操作。请联系会议主持人或管理员。',
    inOtherRoom: '您正在参加其他会议。请先离开，然后重试。',
    roomFull: '会议人数已满。请等有人离开后再试。',
    roomLocked: '会议已锁定。主持人或管理员可以呼叫他人加入。',
    wrongPassword: '密码不对。请检查后重试。',
    roomEnded: '会议已结束。',
    notBegun: '此会议尚未开始。受邀者可在开始前十分钟加入。',
    organisation: '您所在的组织只允许您呼叫已将您加入常用联系人的人。请对方将您加入。',
    denied: '您未被允许进入。请一分钟后再次请求。',
    lockedOut: '密码错误次数过多。请等待最多一刻钟，或向管理员索取重设密码的链接。',
    signedOutElsewhere: '您在另一台设备上退出了此设备的登录。',
    signedOutByOperator: '管理员退出了此设备的登录。',
    tokenReused: '此登录同时在两处被使用。如果不是您本人操作，请更改密码。',
    passwordChanged: '您的密码已更改。请使用新密码登录。',
    accountDisabled: '此账号已停用。请联系管理员启用。',
    tooManyPasswords: '密码错误次数过多。请等待一分钟后重试。',
    rateLimited: '操作过于频繁。请稍候再试。',
    conflict: '情况有变。请查看后重试。',
    unavailable: '服务器没有响应。请检查网络连接后重试。',
  },
}

export const errorTexts = { en, 'zh-CN': zhCN }
