import { expect, test } from 'vitest'
import { invitationLink } from '../../../shared/client/account.ts'

const token = 'Abcdefgh_-012345'

test.each([
  [`https://parley.example/invite/${token}`, { server: 'https://parley.example', token }],
  [` parley.example:4400/setup/${token}/ `, { server: 'https://parley.example:4400', token }],
  [`http://127.0.0.1:4400/setup/${token}`, { server: 'http://127.0.0.1:4400', token }],
  ['https://parley.example', null],
  ['https://parley.example/invite/', null],
  [`https://parley.example/elsewhere/${token}`, null],
  [`javascript:alert(1)/invite/${token}`, null],
])('%s', (typed, link) => {
  expect(invitationLink(typed)).toEqual(link)
})
