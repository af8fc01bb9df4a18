// The stage while somebody shares: which screen is large, and that everything fits.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { layOutPresentation } from '../../../renderer/meeting/presentation.ts'
import { inOrderOfComing, largeOf } from '../../../renderer/meeting/screens.ts'

test('screen and strip fit into any stage, and the screen has most of it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 400, max: 3000 }), fc.integer({ min: 300, max: 2000 }), (width, height) => {
      const { side, screen, strip, tile } = layOutPresentation(width, height)
      const beside = side === 'right'
      expect(screen.width + (beside ? strip.width + 10 : 0)).toBeLessThanOrEqual(width)
      expect(screen.height + (beside ? 0 : strip.height + 10)).toBeLessThanOrEqual(height)
      expect(tile.width).toBeLessThanOrEqual(strip.width)
      expect(tile.height).toBeLessThanOrEqual(strip.height)
      expect(screen.width * screen.height).toBeGreaterThan(width * height * 0.5)
    }),
  )
})

test('a wide stage has the people beside the screen, a tall one below it', () => {
  expect(layOutPresentation(1100, 600).side).toBe('right')
  expect(layOutPresentation(600, 900).side).toBe('bottom')
})

test('a stage without any size yet does not fail', () => {
  expect(layOutPresentation(0, 0).screen).toEqual({ width: 0, height: 0 })
})

test('who began last comes last, whatever the order of the participants', () => {
  expect(inOrderOfComing(['ben'], ['ann', 'ben'])).toEqual(['ben', 'ann'])
  expect(inOrderOfComing(['ben', 'ann'], ['ann', 'chloe'])).toEqual(['ann', 'chloe'])
})

test('the newest is large; one’s own only when there is no other; and the one chosen by hand while it is there', () => {
  expect(largeOf(['ann', 'ben'], 'chloe', null)).toBe('ben')
  expect(largeOf(['ann', 'me'], 'me', null)).toBe('ann')
  expect(largeOf(['me'], 'me', null)).toBe('me')
  expect(largeOf(['ann', 'ben'], 'me', 'ann')).toBe('ann')
  expect(largeOf(['ben'], 'me', 'ann')).toBe('ben')
  expect(largeOf([], 'me', 'ann')).toBeNull()
})
