// The words of who may ring whom: contacts, and whose rings come through.
import type { Widened } from './keys.ts'

const en = {
  reach: {
    add: 'Add to contacts',
    remove: 'Remove from contacts',
    contact: 'Contact',
    added: '{name} is among your contacts now',
    removed: '{name} is no longer among your contacts',
    heading: 'Who can ring you',
    everyone: 'Everyone',
    peopleIMet: 'People I know',
    nobody: 'Nobody',
    everyoneHint: 'Anyone on this server whom you have not blocked.',
    nobodyHint: 'Whoever rings you sees a ring that nobody answers, and is not told.',
    peopleIMetHint: 'Whoever was in a meeting with you, whom you rang, and your contacts. Others get no answer.',
  },
} as const

const zhCN: Widened<typeof en> = {
  reach: {
    add: '加入常用联系人',
    remove: '移出常用联系人',
    contact: '常用联系人',
    added: '已将 {name} 加入常用联系人',
    removed: '已将 {name} 移出常用联系人',
    heading: '谁可以呼叫您',
    everyone: '所有人',
    peopleIMet: '认识的人',
    nobody: '无人',
    everyoneHint: '此服务器上未被您屏蔽的任何人。',
    nobodyHint: '任何人的呼叫在其看来只是无人接听，对方不会得知。',
    peopleIMetHint: '曾与您同在一个会议的人、您呼叫过的人，以及您的常用联系人。其他人看到的只是无人接听。',
  },
}

export const reachWords = { en, 'zh-CN': zhCN }
