// The people of a demo server, all with the same well-known password. They exist only on a server started with --demo.

export const DEMO_PASSWORD = 'parley'
/** Nobody needs to guess it, so a first start need not pay for eight strong hashes. */
export const DEMO_PASSWORD_COST = 10

const demoId = (number: string) => `00000000-0000-4000-8000-0000000000${number}`

/** The same ids on every demo server, chosen for the colours that the app makes of them: eight different ones. */
export const DEMO_PEOPLE = [
  { id: demoId('15'), login: 'ann', name: 'Ann Kovač' },
  { id: demoId('09'), login: 'ben', name: 'Ben Osei' },
  { id: demoId('05'), login: 'chloe', name: 'Chloe Martin' },
  { id: demoId('08'), login: 'dan', name: 'Dan Kim' },
  { id: demoId('02'), login: 'emil', name: 'Emil Roth' },
  { id: demoId('13'), login: 'farah', name: 'Farah Nasser' },
  { id: demoId('14'), login: 'grace', name: 'Grace Lee' },
  { id: demoId('03'), login: 'xiaoming', name: '王小明' },
] as const
