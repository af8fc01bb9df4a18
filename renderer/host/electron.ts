// The host behind Electron's bridge: the preload exposes shared/host.ts's contract as plain functions.
import type { Host } from '../../shared/host.ts'

declare global {
  interface Window {
    parley?: Host
  }
}

/** Null in a browser. */
export const electronHost = (): Host | null => window.parley ?? null
