// The words of the list of people in a meeting, once it is long.
import type { Widened } from './keys.ts'

const en = {
  insideList: {
    search: 'Find a person',
    found: '{n} person found | {n} people found',
    noMatch: 'Nobody in this meeting is called “{query}”',
    more: 'Show more people',
  },
} as const

const zhCN: Widened<typeof en> = {
  insideList: {
    search: '查找成员',
    found: '找到 {n} 人',
    noMatch: '会议中没有名为“{query}”的人',
    more: '显示更多成员',
  },
}

export const insideListWords = { en, 'zh-CN': zhCN }
