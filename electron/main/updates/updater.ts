// What Parley needs of an updater. The real one is electronUpdater.ts; whoever composes the app may hand over another.

export type Found = {
  version: string
  /** What is new, as plain text; empty when nothing was written. */
  notes: string
}

export interface Updater {
  /** Looks for a newer version that is meant for this device and rightly signed. @throws when it cannot be told */
  check(): Promise<Found | null>
  /** Fetches the version found last and checks it. @throws when it fails, or when told to stop */
  download(signal: AbortSignal): Promise<void>
  /** Whether what was fetched may be installed when the app quits. */
  installOnQuit(allowed: boolean): void
  /** Installs what was fetched and starts the app anew; the app begins to quit. @throws when that fails */
  install(): void
}
