// The words of signing in through a provider, and of what may go wrong there.
import type { Widened } from './keys.ts'

const en = {
  openid: {
    or: 'or',
    continueWith: 'Continue with {name}',
    someProvider: 'the sign-in provider',
    waitingTitle: 'Go on in your browser',
    waiting: 'Sign in with {name} there. Parley then comes back by itself.',
    leavingTitle: 'One moment',
    leaving: 'Taking you to {name}…',
    openAgain: 'Open it again',
    finishingTitle: 'Welcome back',
    finishing: 'Signing you in…',
    off: 'This server has no sign-in provider any more. Sign in with your password.',
    provider:
      'Signing in with {name} does not work just now. Try again in a moment; if it stays so, tell your administrator.',
    untrusted:
      'It is not certain that the answer came from {name}, so nobody was signed in. Try again; if it stays so, tell your administrator.',
    denied: 'Signing in with {name} was refused or cancelled there. Try again, or choose another account.',
    expired: 'That sign-in took too long, or was used already. Start it again here.',
    disabled: 'Your account on this server is disabled. Ask your administrator to enable it.',
    domain: 'People with your mail address may not sign in here. Use another account, or ask your administrator.',
    elsewhere:
      'Signing in with {name} works at the official address of this server only. Ask your administrator for it.',
    browser: 'Your browser could not be opened. Try again.',
    unasked:
      'A link wanted to sign you in, but you did not start that here. It was not used: only a sign-in that you start here is.',
  },
} as const

const zhCN: Widened<typeof en> = {
  openid: {
    or: '或',
    continueWith: '使用 {name} 继续',
    someProvider: '登录服务',
    waitingTitle: '请在浏览器中继续',
    waiting: '请在浏览器中使用 {name} 登录，完成后会自动回到 Parley。',
    leavingTitle: '请稍候',
    leaving: '正在前往 {name}…',
    openAgain: '重新打开',
    finishingTitle: '欢迎回来',
    finishing: '正在登录…',
    off: '此服务器已不再提供外部登录服务。请使用密码登录。',
    provider: '暂时无法使用 {name} 登录。请稍后重试；如仍不行，请告知管理员。',
    untrusted: '无法确定答复来自 {name}，因此未登录任何人。请重试；如仍不行，请告知管理员。',
    denied: '使用 {name} 登录被拒绝或取消。请重试，或换一个账号。',
    expired: '该登录用时过长，或已被使用。请在此重新开始。',
    disabled: '您在此服务器上的账号已停用。请联系管理员启用。',
    domain: '您的邮箱地址不能在此登录。请换一个账号，或联系管理员。',
    elsewhere: '使用 {name} 登录只能在此服务器的正式地址进行。请向管理员询问该地址。',
    browser: '无法打开浏览器。请重试。',
    unasked: '有链接想让您登录，但并非由您在此发起，因此未被使用。只有您在此发起的登录才会生效。',
  },
}

export const openIdWords = { en, 'zh-CN': zhCN }
