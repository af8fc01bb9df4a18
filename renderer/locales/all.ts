// All words of the main window and the web client. A topic of its own has a file of its own with both languages.
import { sharedWords } from '../../shared/locales/translate.ts'
import { en } from './en.ts'
import { errorTexts } from './errors.ts'
import { ringCardWords } from './ringCard.ts'
import { rightWords } from './rights.ts'
import { zhCN } from './zhCN.ts'

export const allWords = {
  en: {
    ...sharedWords.en,
    ...ringCardWords.en,
    ...errorTexts.en,
    ...rightWords.en,
    ...en,
  },
  'zh-CN': {
    ...sharedWords['zh-CN'],
    ...ringCardWords['zh-CN'],
    ...errorTexts['zh-CN'],
    ...rightWords['zh-CN'],
    ...zhCN,
  },
}
