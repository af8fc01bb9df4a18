import type { Component } from 'vue'

export type MenuItem = {
  kind?: 'item'
  label: string
  hint?: string
  /** What does the same, as written on the keys. */
  keys?: string
  icon?: Component
  /** Given, the item is one choice of several. */
  checked?: boolean
  danger?: boolean
  disabled?: boolean
  select(): void
}
export type MenuEntry = MenuItem | { kind: 'label'; label: string } | { kind: 'line' }
