// All tests, by kind; `npm test` runs the kinds in order. Browser and desktop tests need the built app and a Chromium.
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
// Two cores: pages with real media share them badly, so these run one file at a time.
const oneAtATime = { fileParallelism: false, maxWorkers: 1 }

export default defineConfig({
  test: {
    projects: [
      { plugins: [vue()], ...node('unit', 10_000) },
      node('property', 60_000),
      node('integration', 30_000),
      node('simulation', 120_000),
      node('browser', 120_000, oneAtATime),
      node('desktop', 90_000, oneAtATime),
    ],
  },
})
