// All tests, by kind; `npm test` runs the kinds in order. Browser, media and desktop tests need the built app and a Chromium.
import { availableParallelism } from 'node:os'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const node = (name: string, timeoutMs: number, more: object = {}) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    environment: 'node',
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    ...more,
  },
})
// Vitest leaves a core free by itself: on two cores that is half of the machine.
const everyCore = { maxWorkers: Math.max(2, availableParallelism() - 1) }
// Each file brings a server and a browser with several pages of its own, which fill two cores. A second one beside it makes both
// slower than one after the other: a meeting costs by the second it lasts, and it lasts longer. Media and desktop also judge pictures,
// sound and time.
const oneAtATime = { fileParallelism: false, maxWorkers: 1 }

export default defineConfig({
  test: {
    projects: [
      { plugins: [vue()], ...node('unit', 10_000, everyCore) },
      node('property', 60_000, everyCore),
      node('integration', 30_000, everyCore),
      node('simulation', 120_000, everyCore),
      node('gallery', 600_000, oneAtATime),
      node('browser', 120_000, oneAtATime),
      node('media', 120_000, oneAtATime),
      node('desktop', 90_000, oneAtATime),
    ],
  },
})
