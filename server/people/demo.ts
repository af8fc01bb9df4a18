// The people of a demo server, all with the same well-known password. They exist only on a server started with --demo.

export const DEMO_PASSWORD = 'parley'
/** Nobody needs to guess it, so a first start need not pay for eight strong hashes. */
export const DEMO_PASSWORD_COST = 10

export const DEMO_PEOPLE = [
  { login: 'ann', name: 'Ann Kovač' },
  { login: 'ben', name: 'Ben Osei' },
  { login: 'chloe', name: 'Chloe Martin' },
  { login: 'dan', name: 'Dan Kim' },
  { login: 'emil', name: 'Emil Roth' },
  { login: 'farah', name: 'Farah Nasser' },
  { login: 'grace', name: 'Grace Lee' },
  { login: 'xiaoming', name: '王小明' },
] as const
