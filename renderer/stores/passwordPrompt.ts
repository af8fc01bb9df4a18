// Asking for a meeting's password in place: whatever was pressed goes on with it, and a wrong one is asked for again.
import { shallowRef } from 'vue'
import type { ProtocolError, Result } from '../../shared/protocol/result.ts'

export type PasswordQuestion = {
  /** Why the last one did not do; null at first. */
  problem: ProtocolError | null
  busy: boolean
  /** Null puts the question away. */
  answer(password: string | null): void
}

export function createPasswordPrompt() {
  const question = shallowRef<PasswordQuestion | null>(null)

  function ask(problem: ProtocolError | null): Promise<string | null> {
    return new Promise((resolve) => {
      const answer = (password: string | null) => {
        if (password !== null && question.value) question.value = { ...question.value, busy: true }
        resolve(password)
      }
      question.value = { problem, busy: false, answer }
    })
  }

  /** Null when the person gave up, or was not to be asked. */
  async function withPassword<Value>(
    attempt: (password?: string) => Promise<Result<Value> | null>,
  ): Promise<Result<Value> | null> {
    let result = await attempt()
    let problem: ProtocolError | null = null
    try {
      while (result && !result.ok && asksAgain(result.error, question.value !== null)) {
        const password = await ask(problem)
        if (password === null) return null
        result = await attempt(password)
        if (result && !result.ok) problem = result.error
      }
      return result
    } finally {
      question.value = null
    }
  }

  return { question, withPassword }
}

/** Once it is being asked for, what can be cured by waiting is said there too. */
const asksAgain = ({ code }: ProtocolError, asking: boolean): boolean =>
  code === 'wrongPassword' || (asking && (code === 'rateLimited' || code === 'unavailable'))
