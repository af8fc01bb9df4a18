// What a password has to be. One rule for the server, which enforces it, and for the clients, which say so while it is typed.

export const PASSWORD_LENGTH_MIN = 10
/** `aaaaaaaaaaaa` and `121212121212` are long and guessed at once. */
const DIFFERENT_MIN = 5

/** What everybody tries first, in whatever spelling; alone, doubled or with digits around it. */
const COMMON = new Set(
  (
    'password passwort passw0rd passwd kennwort secret letmein welcome willkommen iloveyou monkey dragon football baseball ' +
    'sunshine princess master admin administrator login qwerty qwertz azerty qwertyuiop qwertzuiop asdfghjkl yxcvbnm zxcvbnm ' +
    'trustno hello hallo changeme default test testtest user guest parley meeting conference company summer winter woaini'
  ).split(' '),
)
const ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'qwertzuiop',
  'asdfghjkl',
  'zxcvbnm',
  'yxcvbnm',
]

export type PasswordProblem = 'tooShort' | 'tooAlike' | 'common' | 'isName'

export type PasswordOwner = { login: string; name: string }

/** Null when it will do. */
export function passwordProblem(password: string, owner: PasswordOwner): PasswordProblem | null {
  const text = password.normalize('NFKC').toLowerCase()
  if ([...text].length < PASSWORD_LENGTH_MIN) return 'tooShort'
  if (new Set(text).size < DIFFERENT_MIN) return 'tooAlike'
  if (isNamed(text, owner)) return 'isName'
  const letters = text.replace(/[^\p{L}]/gu, '')
  const half = text.slice(0, Math.ceil(text.length / 2))
  const doubled = half + half === text
  if (COMMON.has(letters) || COMMON.has(text) || (doubled && COMMON.has(half)) || isRow(text)) return 'common'
  return null
}

/** The login or the name with hardly anything added is what somebody who knows them tries next. */
function isNamed(text: string, { login, name }: PasswordOwner): boolean {
  const bare = (one: string) =>
    one
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]/gu, '')
  const inside = bare(text)
  const own = [login, login.split('@')[0] ?? '', name, ...name.split(/\s+/)].map(bare)
  return own.some((one) => one.length >= 3 && inside.includes(one) && inside.replaceAll(one, '').length < 6)
}

/** Neighbours on the keyboard, in the alphabet or in counting, one after the other. */
function isRow(text: string): boolean {
  const steps = [...text].slice(1).filter((sign, index) => {
    const pair = `${text[index]}${sign}`
    return ROWS.some((row) => row.includes(pair) || [...row].reverse().join('').includes(pair))
  })
  return steps.length >= text.length - 3
}

const SENTENCES: Record<PasswordProblem, string> = {
  tooShort: `A password has at least ${PASSWORD_LENGTH_MIN} characters. Several words in a row make a good one.`,
  tooAlike: 'This password repeats the same few characters. Mix in more, several words in a row for instance.',
  common: 'This password is one of the first that are guessed. Take several words that do not belong together.',
  isName: 'This password is hardly more than the name or the login. Take something nobody knows about you.',
}
export const passwordSentence = (problem: PasswordProblem): string => SENTENCES[problem]
