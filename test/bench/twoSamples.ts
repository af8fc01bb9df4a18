// Are two rows of numbers from one distribution? p-values: small ones say that they can be told apart.
import type { Dice } from '../simulation/random.ts'

/** The greatest distance of the two distribution functions, and how likely it is to be so great by chance (asymptotically). */
export function kolmogorovSmirnov(one: readonly number[], other: readonly number[]): { distance: number; p: number } {
  const [a, b] = [one.toSorted((x, y) => x - y), other.toSorted((x, y) => x - y)]
  let [i, j, distance] = [0, 0, 0]
  while (i < a.length && j < b.length) {
    const at = Math.min(a[i] ?? Infinity, b[j] ?? Infinity)
    while (i < a.length && (a[i] ?? Infinity) <= at) i++
    while (j < b.length && (b[j] ?? Infinity) <= at) j++
    distance = Math.max(distance, Math.abs(i / a.length - j / b.length))
  }
  const size = Math.sqrt((a.length * b.length) / (a.length + b.length))
  const x = (size + 0.12 + 0.11 / size) * distance
  let p = 0
  for (let k = 1; k <= 100; k++) p += 2 * (-1) ** (k - 1) * Math.exp(-2 * k * k * x * x)
  return { distance, p: x < 0.2 ? 1 : Math.min(1, Math.max(0, p)) }
}

/** How often a random split of all of them has means as far apart. */
export function permutationOfMeans(
  one: readonly number[],
  other: readonly number[],
  dice: Dice,
  rounds = 5_000,
): number {
  const all = [...one, ...other]
  const total = all.reduce((sum, value) => sum + value, 0)
  const gap = (sum: number) => Math.abs(sum / one.length - (total - sum) / other.length)
  const seen = gap(one.reduce((sum, value) => sum + value, 0))
  let asFar = 0
  for (let round = 0; round < rounds; round++) {
    let sum = 0
    for (let index = 0; index < one.length; index++) {
      const chosen = dice.whole(index, all.length - 1)
      const value = all[chosen] ?? 0
      all[chosen] = all[index] ?? 0
      all[index] = value
      sum += value
    }
    if (gap(sum) >= seen - 1e-12) asFar++
  }
  return (asFar + 1) / (rounds + 1)
}
