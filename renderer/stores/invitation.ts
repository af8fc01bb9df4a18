// The link this page was opened with, or that was put into the sign-in screen: what it is good for, and using it.
import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { invitationLink } from '../../shared/client/account.ts'
import { useHost } from '../host/useHost.ts'

export type Link = { server: string; token: string }

export const useInvitation = defineStore('invitation', () => {
  const host = useHost()
  const route = useRoute()
  const router = useRouter()
  const link = shallowRef<Link | null>(null)

  // The address of the page says it in a browser; the app has no such addresses.
  watch(
    () => [route.name, route.params['token']] as const,
    ([name, token]) => {
      if (host.kind !== 'web' || (name !== 'invite' && name !== 'setup') || typeof token !== 'string') return
      link.value = invitationLink(`${location.origin}/invite/${token}`) ?? { server: location.origin, token }
    },
    { immediate: true },
  )

  return {
    link,
    open: (opened: Link) => void (link.value = opened),
    look: (wanted: Link) => host.lookAtInvitation(wanted),
    accept: (input: Link & { login: string; name: string; password: string }) => host.acceptInvitation(input),
    /** The token goes from the address, too: it must not lie about in the history. */
    close() {
      link.value = null
      if (route.name === 'invite' || route.name === 'setup') void router.replace('/')
    },
  }
})
