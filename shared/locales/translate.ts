// The few lines of translation that the main process needs; the renderer uses Intlify's core with the same `{name}` placeholders.
import { en, type Words } from './en.ts'
import { zhCN } from './zhCN.ts'

export type Language = 'en' | 'zh-CN'
export type Params = Readonly<Record<string, string | number>>
type Section = keyof Words
export type WordKey = { [Name in Section]: `${Name}.${Extract<keyof Words[Name], string>}` }[Section]
/** A text not yet in any language: which words, and what to put into them. */
export type Wording = { key: WordKey; params?: Params }
export type Translate = (key: WordKey, params?: Params) => string

export const sharedWords: Record<Language, Words> = { en, 'zh-CN': zhCN }

/** The language to show: the setting, or the first of the system's that Parley speaks, else English. */
export function chooseLanguage(setting: 'system' | Language, systemLanguages: readonly string[]): Language {
  if (setting !== 'system') return setting
  for (const tag of systemLanguages) {
    if (/^zh\b/i.test(tag)) return 'zh-CN'
    if (/^en\b/i.test(tag)) return 'en'
  }
  return 'en'
}

/** The locale of dates and numbers: the person's own, where it is one of the language shown. "14:05" in en-GB, "2:05 PM" in en-US. */
export const localeAmong = (language: Language, own: readonly string[]): string =>
  own.find((tag) => tag.split('-')[0] === language.split('-')[0]) ?? language

export function createTranslate(language: Language): Translate {
  const words = sharedWords[language]
  return (key, params = {}) => {
    const [section, name] = key.split('.') as [Section, string]
    const text = (words[section] as Record<string, string>)[name] ?? key
    return text.replace(/\{(\w+)\}/g, (whole, param: string) => String(params[param] ?? whole))
  }
}
