// The words of blocking somebody.
import type { Widened } from './keys.ts'

const en = {
  blocks: {
    more: 'More for {name}',
    block: 'Block',
    unblock: 'Unblock',
    unblockNamed: 'Unblock {name}',
    blocked: 'Blocked',
    done: '{name} is blocked. What they ring does not reach you, and they are not told.',
    undone: '{name} can ring you again',
    heading: 'Blocked people',
    hint: 'What they ring does not reach you. They see a ring that nobody answers.',
    none: 'Nobody. Block somebody from the menu beside their name in People or Calls.',
  },
} as const

const zhCN: Widened<typeof en> = {
  blocks: {
    more: '{name} 的更多操作',
    block: '屏蔽',
    unblock: '取消屏蔽',
    unblockNamed: '取消屏蔽 {name}',
    blocked: '已屏蔽',
    done: '已屏蔽 {name}。对方的呼叫不会打扰您，对方也不会得知。',
    undone: '{name} 可以再次呼叫您',
    heading: '已屏蔽的人',
    hint: '他们的呼叫不会打扰您，在他们看来只是无人接听。',
    none: '没有。可在“联系人”或“通话”中姓名旁的菜单里屏蔽某人。',
  },
}

export const blockWords = { en, 'zh-CN': zhCN }
