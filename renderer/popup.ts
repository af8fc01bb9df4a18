// The pop-up window: as little as showing a ring needs, so that it is there at once.
import './ui/base.css'
import { createApp } from 'vue'
import { electronHost } from './host/electron.ts'
import { hostKey } from './host/useHost.ts'
import Popup from './ring/Popup.vue'
import { createLiveState, liveStateKey } from './stores/liveState.ts'
import { followTheme } from './theme.ts'
import { chosenLanguage, createRingWords, ringWordsKey } from './words.ts'

const host = electronHost()
if (!host) throw new Error('the pop-up window exists in the desktop app only')
const live = await createLiveState(host)
const language = chosenLanguage(() => live.value.settings.language)
document.documentElement.lang = language.value
followTheme(() => live.value.settings.theme)

createApp(Popup)
  .provide(hostKey, host)
  .provide(liveStateKey, live)
  .provide(ringWordsKey, createRingWords(language))
  .mount('#app')
