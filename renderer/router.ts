// The screens of the rail. Signing in and the meeting take over the whole window and are no routes (see App.vue).
import { createRouter, createWebHashHistory } from 'vue-router'
import Calls from './screens/Calls.vue'
import Home from './screens/Home.vue'
import People from './screens/People.vue'
import Settings from './screens/Settings.vue'

/** A web link /join/<code> becomes the route of the same name: the page lives at the root, behind `#`. */
export function takeUpJoinLink(): void {
  const match = /^\/join\/([^/]+)\/?$/.exec(location.pathname)
  if (match) history.replaceState(null, '', `/${location.search}#/join/${match[1]}`)
}

export const createScreenRouter = () =>
  createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', name: 'home', component: Home },
      { path: '/join/:code', name: 'join', component: Home, props: true },
      { path: '/calls', name: 'calls', component: Calls },
      { path: '/people/:personId?', name: 'people', component: People, props: true },
      { path: '/settings', name: 'settings', component: Settings },
      { path: '/:rest(.*)*', redirect: '/' },
    ],
  })
