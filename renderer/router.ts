// The screens of the rail. Signing in and the meeting take over the whole window and are no routes (see App.vue).
import { createRouter, createWebHashHistory } from 'vue-router'
import { screens } from './parts.ts'

/** A web link /join/<code> (or /invite/…, /setup/…) becomes the route of the same name: the page lives at the root, behind `#`. */
export function takeUpLink(): void {
  const match = /^\/(join|invite|setup)\/([^/]+)\/?$/.exec(location.pathname)
  if (match) history.replaceState(null, '', `/${location.search}#/${match[1]}/${match[2]}`)
}

export const createScreenRouter = () =>
  createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', name: 'home', component: screens.home },
      { path: '/join/:code', name: 'join', component: screens.home, props: true },
      // What they show takes over the whole window (see App.vue).
      { path: '/invite/:token', name: 'invite', component: screens.home },
      { path: '/setup/:token', name: 'setup', component: screens.home },
      { path: '/calls', name: 'calls', component: screens.calls },
      { path: '/people/:personId?', name: 'people', component: screens.people, props: true },
      { path: '/ready', name: 'ready', component: screens.ready },
      { path: '/settings', name: 'settings', component: screens.settings },
      { path: '/administration/:part?', name: 'administration', component: screens.administration, props: true },
      { path: '/:rest(.*)*', redirect: '/' },
    ],
  })
