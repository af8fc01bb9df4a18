// The screens of the rail. Signing in and the meeting take over the whole window and are no routes (see App.vue).
import { createRouter, createWebHashHistory } from 'vue-router'
import Administration from './screens/Administration.vue'
import Calls from './screens/Calls.vue'
import Home from './screens/Home.vue'
import People from './screens/People.vue'
import Settings from './screens/Settings.vue'

/** A web link /join/<code> (or /invite/…, /setup/…) becomes the route of the same name: the page lives at the root, behind `#`. */
export function takeUpLink(): void {
  const match = /^\/(join|invite|setup)\/([^/]+)\/?$/.exec(location.pathname)
  if (match) history.replaceState(null, '', `/${location.search}#/${match[1]}/${match[2]}`)
}

export const createScreenRouter = () =>
  createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', name: 'home', component: Home },
      { path: '/join/:code', name: 'join', component: Home, props: true },
      // What they show takes over the whole window (see App.vue).
      { path: '/invite/:token', name: 'invite', component: Home },
      { path: '/setup/:token', name: 'setup', component: Home },
      { path: '/calls', name: 'calls', component: Calls },
      { path: '/people/:personId?', name: 'people', component: People, props: true },
      { path: '/settings', name: 'settings', component: Settings },
      { path: '/administration/:part?', name: 'administration', component: Administration, props: true },
      { path: '/:rest(.*)*', redirect: '/' },
    ],
  })
