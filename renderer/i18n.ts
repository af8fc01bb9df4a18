// The texts of the main window and the web client by Intlify's core, what vue-i18n itself stands on: of vue-i18n nothing else was used, and it is
// as large as a screen. Messages are compiled to trees, without `eval`, as the CSP demands.
import {
  compile,
  createCoreContext,
  registerMessageCompiler,
  registerMessageResolver,
  resolveValue,
  translate,
} from '@intlify/core-base'
import { watchEffect, type Ref } from 'vue'
import type { Language, Params } from '../shared/locales/translate.ts'
import { allWords } from './locales/all.ts'
import type { MessageKey, Words } from './words.ts'

type Translate = (key: string, named: Params, plural: number) => string

// What Intlify's types make of so many texts is more than the compiler bears; keys are checked by `MessageKey`.
const createContext = createCoreContext as (options: object) => unknown
const translateIn = translate as unknown as (context: unknown, ...rest: Parameters<Translate>) => unknown

function translatorFor(language: Language): Translate {
  registerMessageCompiler(compile)
  registerMessageResolver(resolveValue)
  const context = createContext({ locale: language, messages: { [language]: allWords[language] } })
  return (key, named, plural) => String(translateIn(context, key, named, plural))
}

export function createMessages(language: Readonly<Ref<Language>>): { words: Words<MessageKey> } {
  const translators: Partial<Record<Language, Translate>> = {}
  const say: Translate = (key, named, plural) =>
    (translators[language.value] ??= translatorFor(language.value))(key, named, plural)
  watchEffect(() => {
    document.documentElement.lang = language.value
  })
  /** Most texts take no values and are asked for at every rendering. */
  const plain: Record<Language, Map<MessageKey, string>> = { en: new Map(), 'zh-CN': new Map() }
  function plainText(key: MessageKey): string {
    const texts = plain[language.value]
    const text = texts.get(key) ?? say(key, {}, 1)
    texts.set(key, text)
    return text
  }
  const words: Words<MessageKey> = {
    t: (key, params) => (params ? say(key, params, typeof params.n === 'number' ? params.n : 1) : plainText(key)),
    language,
  }
  return { words }
}
