// The main window, and the web client: builds things and passes them in.
import './ui/base.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { electronHost } from './host/electron.ts'
import { hostKey } from './host/useHost.ts'
import { createWebHost } from './host/web.ts'
import { createMessages } from './i18n.ts'
import { fetchPartsBeforehand } from './parts.ts'
import { createScreenRouter, takeUpLink } from './router.ts'
import { createLiveState, liveStateKey } from './stores/liveState.ts'
import { chosenLanguage, ringWordsKey, wordsKey } from './words.ts'

const host = electronHost() ?? (await createWebHost())
if (host.kind === 'web') takeUpLink()
const live = await createLiveState(host)
const { words } = createMessages(chosenLanguage(() => live.value.settings.language))

createApp(App)
  .use(createPinia())
  .use(createScreenRouter())
  .provide(hostKey, host)
  .provide(liveStateKey, live)
  .provide(wordsKey, words)
  .provide(ringWordsKey, words)
  .mount('#app')

void fetchPartsBeforehand()
