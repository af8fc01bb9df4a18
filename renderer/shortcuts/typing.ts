// Where keys are for something else.

/** Typing, menus, dialogs. */
export const takesKeys = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  target.closest(
    'input:not([type=range]), textarea, select, [contenteditable], [role=menu], [role=dialog], [role=alertdialog]',
  ) !== null

/** A dialog or a menu is open: what is behind it is not to be changed by a key. An incoming ring lies over nothing. */
export const somethingLiesOver = (): boolean =>
  document.querySelector('[role=dialog][data-state=open], [role=menu][data-state=open]') !== null
