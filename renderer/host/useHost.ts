// The host, chosen once in main.ts or popup.ts and handed to whoever injects it.
import { inject, type InjectionKey } from 'vue'
import type { Host } from '../../shared/host.ts'

export const hostKey: InjectionKey<Host> = Symbol('host')

export function useHost(): Host {
  const host = inject(hostKey)
  if (!host) throw new Error('no host was provided')
  return host
}
