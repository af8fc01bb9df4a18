import fc from 'fast-check'
import { expect, test } from 'vitest'
import { layOut } from '../../../renderer/meeting/grid.ts'

test('the tiles of any meeting fit into any stage', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 49 }),
      fc.integer({ min: 200, max: 3000 }),
      fc.integer({ min: 200, max: 2000 }),
      (count, width, height) => {
        const grid = layOut(count, width, height)
        expect(grid.columns * grid.rows).toBeGreaterThanOrEqual(count)
        expect(grid.columns * grid.width + (grid.columns - 1) * 10).toBeLessThanOrEqual(width)
        expect(grid.rows * grid.height + (grid.rows - 1) * 10).toBeLessThanOrEqual(height)
        expect(grid.width).toBeGreaterThan(0)
      },
    ),
  )
})

test('a wide stage puts two side by side, a tall one stacks them', () => {
  expect(layOut(2, 1600, 600).columns).toBe(2)
  expect(layOut(2, 600, 900).columns).toBe(1)
  expect(layOut(4, 1160, 640).columns).toBe(2)
})

test('a stage without any size yet shows nothing and does not fail', () => {
  expect(layOut(3, 0, 0)).toEqual({ columns: 1, rows: 3, width: 0, height: 0 })
})
