import Screen from './Screen.vue'
import { sayPart } from './words.ts'

export const shown = [Screen, sayPart('one')]
