/** What may stand beside the stage. */
export type MeetingPanel = 'people' | 'add' | 'chat' | 'statistics'
