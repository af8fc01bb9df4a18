// Loaded before the gallery's server: moves its time by PARLEY_TEST_SHIFT_MS.
import { moveDate } from './date.ts'

moveDate(Number(process.env.PARLEY_TEST_SHIFT_MS))
