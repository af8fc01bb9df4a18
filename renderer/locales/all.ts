// All words of the main window and the web client. A topic of its own has a file of its own with both languages.
import { sharedWords } from '../../shared/locales/translate.ts'
import { accountWords } from './accounts.ts'
import { activityWords } from './activity.ts'
import { administeringWords } from './administering.ts'
import { blockWords } from './blocks.ts'
import { en } from './en.ts'
import { entryWords } from './entry.ts'
import { errorTexts } from './errors.ts'
import { guestWords } from './guests.ts'
import { insideListWords } from './insideList.ts'
import { openIdWords } from './openid.ts'
import { paletteWords } from './palette.ts'
import { pictureWords } from './pictures.ts'
import { reachWords } from './reach.ts'
import { readyWords } from './ready.ts'
import { repeatingTexts } from './repeating.ts'
import { ringCardWords } from './ringCard.ts'
import { rightWords } from './rights.ts'
import { stageWords } from './stage.ts'
import { statisticsTexts } from './statistics.ts'
import { talkWords } from './talk.ts'
import { zhCN } from './zhCN.ts'

export const allWords = {
  en: {
    ...sharedWords.en,
    ...ringCardWords.en,
    ...errorTexts.en,
    ...rightWords.en,
    ...stageWords.en,
    ...insideListWords.en,
    ...statisticsTexts.en,
    ...entryWords.en,
    ...guestWords.en,
    ...pictureWords.en,
    ...repeatingTexts.en,
    ...talkWords.en,
    ...blockWords.en,
    ...accountWords.en,
    ...activityWords.en,
    ...administeringWords.en,
    ...reachWords.en,
    ...openIdWords.en,
    ...paletteWords.en,
    ...readyWords.en,
    ...en,
  },
  'zh-CN': {
    ...sharedWords['zh-CN'],
    ...ringCardWords['zh-CN'],
    ...errorTexts['zh-CN'],
    ...rightWords['zh-CN'],
    ...stageWords['zh-CN'],
    ...insideListWords['zh-CN'],
    ...statisticsTexts['zh-CN'],
    ...entryWords['zh-CN'],
    ...guestWords['zh-CN'],
    ...pictureWords['zh-CN'],
    ...repeatingTexts['zh-CN'],
    ...talkWords['zh-CN'],
    ...blockWords['zh-CN'],
    ...accountWords['zh-CN'],
    ...activityWords['zh-CN'],
    ...administeringWords['zh-CN'],
    ...reachWords['zh-CN'],
    ...openIdWords['zh-CN'],
    ...paletteWords['zh-CN'],
    ...readyWords['zh-CN'],
    ...zhCN,
  },
}
