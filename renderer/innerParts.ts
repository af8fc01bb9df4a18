// What screens show within them and load when it is first shown. Apart from parts.ts, which fetches it beforehand and names the screens
// themselves: a screen that took it from there would import itself.
import { defineAsyncComponent } from 'vue'

export const innerParts = {
  meeting: () => import('./screens/Meeting.vue'),
  beforeJoining: () => import('./screens/CheckCard.vue'),
  scheduling: () => import('./schedule/ScheduleDialog.vue'),
  occurrences: () => import('./schedule/OccurrencesDialog.vue'),
  palette: () => import('./palette/Palette.vue'),
  shortcuts: () => import('./shortcuts/ShortcutSheet.vue'),
}
export const MeetingPart = defineAsyncComponent(innerParts.meeting)
export const CheckCardPart = defineAsyncComponent(innerParts.beforeJoining)
export const ScheduleDialogPart = defineAsyncComponent(innerParts.scheduling)
export const OccurrencesDialogPart = defineAsyncComponent(innerParts.occurrences)
export const PalettePart = defineAsyncComponent(innerParts.palette)
export const ShortcutSheetPart = defineAsyncComponent(innerParts.shortcuts)
