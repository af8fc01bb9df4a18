// vue-i18n for the main window and the web client. Its bundler build compiles messages to trees, without `eval`, as the CSP demands.
import { watchEffect, type Ref } from 'vue'
import { createI18n } from 'vue-i18n'
import type { Language, Params } from '../shared/locales/translate.ts'
import { allWords } from './locales/all.ts'
import type { MessageKey, Words } from './words.ts'

export function createMessages(language: Readonly<Ref<Language>>) {
  const i18n = createI18n({
    legacy: false,
    locale: language.value,
    fallbackLocale: 'en',
    messages: allWords,
  })
  const translate = i18n.global.t as (key: string, named: Params, plural: number) => string
  watchEffect(() => {
    i18n.global.locale.value = language.value
    document.documentElement.lang = language.value
  })
  /** Most texts take no values and are asked for at every rendering. */
  const plain: Record<Language, Map<MessageKey, string>> = { en: new Map(), 'zh-CN': new Map() }
  function plainText(key: MessageKey): string {
    const texts = plain[i18n.global.locale.value]
    const text = texts.get(key) ?? translate(key, {}, 1)
    texts.set(key, text)
    return text
  }
  const words: Words<MessageKey> = {
    t: (key, params) => (params ? translate(key, params, typeof params.n === 'number' ? params.n : 1) : plainText(key)),
    language,
  }
  return { i18n, words }
}
