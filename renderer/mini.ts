// The mini window: as little as a meeting in the corner needs.
import './ui/base.css'
import { createApp } from 'vue'
import { electronHost } from './host/electron.ts'
import { hostKey } from './host/useHost.ts'
import Mini from './mini/Mini.vue'
import { createLiveState, liveStateKey } from './stores/liveState.ts'
import { followTheme } from './theme.ts'
import { chosenLanguage, createRingWords, ringWordsKey } from './words.ts'

const host = electronHost()
if (!host) throw new Error('the mini window exists in the desktop app only')
const live = await createLiveState(host)
const language = chosenLanguage(() => live.value.settings.language)
document.documentElement.lang = language.value
// A meeting is always dark.
followTheme(
  () => live.value.settings.theme,
  () => true,
)

createApp(Mini)
  .provide(hostKey, host)
  .provide(liveStateKey, live)
  .provide(ringWordsKey, createRingWords(language))
  .mount('#app')
