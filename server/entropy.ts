// Randomness as a thing that is passed in: ids and secrets from the system, or repeatable ones in a simulation.
import { randomBytes, randomUUID } from 'node:crypto'

export type Entropy = { uuid(): string; bytes(count: number): Uint8Array }

export const systemEntropy: Entropy = { uuid: () => randomUUID(), bytes: (count) => randomBytes(count) }
