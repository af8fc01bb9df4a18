// Runs the shell examples of a page as they are written there: curl, variables, `$( … )`, and `| jq -r .a.path[0]`. No more than that.
export type Ran = { line: string; method: string; path: string; status: number; answer: unknown }

/** The blocks of this language, in their order. */
export const fenced = (page: string, language: string): string[] =>
  [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , text = '']) => text)

const unfolded = (block: string): string[] =>
  block
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')

/** Words as a shell sees them: quotes, and variables outside of single ones. */
function wordsOf(line: string, variables: Map<string, string>): string[] {
  const words: string[] = []
  let word: string | null = null
  const filled = (text: string) =>
    text.replace(/\$(\w+)/g, (_, name: string) => {
      const value = variables.get(name)
      if (value === undefined) throw new Error(`$${name} has no value in: ${line}`)
      return value
    })
  for (const [part] of line.matchAll(/'[^']*'|"[^"]*"|\s+|[^\s'"]+/g)) {
    if (/^\s/.test(part)) {
      if (word !== null) words.push(word)
      word = null
    } else if (part.startsWith("'")) word = (word ?? '') + part.slice(1, -1)
    else word = (word ?? '') + filled(part.startsWith('"') ? part.slice(1, -1) : part)
  }
  return word === null ? words : [...words, word]
}

function pick(value: unknown, path: string): string {
  const found = [...path.matchAll(/\.(\w+)|\[(\d+)\]/g)].reduce<unknown>(
    (inner, [, name, index]) => (inner as Record<string, unknown> | undefined)?.[name ?? index ?? ''],
    value,
  )
  if (typeof found !== 'string') throw new Error(`${path} is not there in ${JSON.stringify(value)}`)
  return found
}

async function curl(words: string[], line: string): Promise<Ran> {
  const headers: Record<string, string> = {}
  let [method, url, body]: [string, string, string | undefined] = ['GET', '', undefined]
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    if (word === '-X') method = words[++at] ?? ''
    else if (word === '-d') body = words[++at]
    else if (word === '-H') {
      const [name = '', ...value] = (words[++at] ?? '').split(': ')
      headers[name] = value.join(': ')
    } else if (word.startsWith('-')) throw new Error(`curl ${word} is not known here: ${line}`)
    else url = word
  }
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) })
  const path = new URL(url).pathname
  return { line, method, path, status: response.status, answer: await response.json() }
}

/** Gives every request made, in order. */
export async function runShell(block: string, variables: Map<string, string>): Promise<Ran[]> {
  const ran: Ran[] = []
  for (const line of unfolded(block)) {
    const [, name, inner = line] = /^(\w+)=\$\((.*)\)$/.exec(line) ?? []
    const [command = '', filter] = inner.split(/\s*\|\s*jq -r\s+/)
    let value: unknown
    if (command.startsWith('curl ')) {
      const one = await curl(wordsOf(command, variables).slice(1), line)
      ran.push(one)
      value = one.answer
    } else if (command.startsWith('echo ')) value = JSON.parse(wordsOf(command, variables)[1] ?? '')
    else throw new Error(`This is not known here: ${line}`)
    if (name !== undefined) variables.set(name, filter === undefined ? JSON.stringify(value) : pick(value, filter))
  }
  return ran
}
