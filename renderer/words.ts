// How components get at texts: a typed `t`, so that a missing key does not compile. The main window is backed by Intlify's core,
// the pop-up window, which must stay small, by the few lines below.
import { computed, inject, shallowRef, type InjectionKey, type Ref } from 'vue'
import { chooseLanguage, sharedWords, type Language, type Params, type WordKey } from '../shared/locales/translate.ts'
import type { KeyOf, Tree } from './locales/keys.ts'
import { errorTexts } from './locales/errors.ts'
import { ringCardWords } from './locales/ringCard.ts'
import type { allWords } from './locales/all.ts'

export type RingKey = WordKey | KeyOf<(typeof ringCardWords)['en']> | KeyOf<(typeof errorTexts)['en']>
export type MessageKey = KeyOf<(typeof allWords)['en']>

export type Words<Key extends string> = {
  /** The text in the language shown now. `{name}` takes from `params`; forms of `one | many` choose by `params.n`. */
  t: (key: Key, params?: Params) => string
  language: Readonly<Ref<Language>>
}

export const wordsKey: InjectionKey<Words<MessageKey>> = Symbol('words')
export const ringWordsKey: InjectionKey<Words<RingKey>> = Symbol('ring words')

function provided<Key extends string>(key: InjectionKey<Words<Key>>): Words<Key> {
  const words = inject(key)
  if (!words) throw new Error('no words were provided')
  return words
}

export const useWords = (): Words<MessageKey> => provided(wordsKey)
/** For what the pop-up window shows too. */
export const useRingWords = (): Words<RingKey> => provided(ringWordsKey)

/** Follows the setting, and the system's language while that is the setting. */
export function chosenLanguage(setting: () => 'system' | Language): Readonly<Ref<Language>> {
  const system = shallowRef(navigator.languages)
  window.addEventListener('languagechange', () => (system.value = navigator.languages))
  return computed(() => chooseLanguage(setting(), system.value))
}

/** Words for the pop-up window. */
export function createRingWords(language: Readonly<Ref<Language>>): Words<RingKey> {
  const trees: Record<Language, Tree> = {
    en: { ...sharedWords.en, ...ringCardWords.en, ...errorTexts.en },
    'zh-CN': { ...sharedWords['zh-CN'], ...ringCardWords['zh-CN'], ...errorTexts['zh-CN'] },
  }
  const t = (key: RingKey, params: Params = {}) => {
    const [section = '', name = ''] = key.split('.')
    const text = trees[language.value][section]?.[name] ?? key
    return text.replace(/\{(\w+)\}/g, (whole, param: string) => String(params[param] ?? whole))
  }
  return { t, language }
}
