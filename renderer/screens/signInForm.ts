// What the sign-in screen does: check the address, then send the password, and put each error where it belongs.
import { computed, shallowRef } from 'vue'
import { serverAddress } from '../../shared/client/account.ts'
import type { Host, HostState } from '../../shared/host.ts'
import type { ProtocolError } from '../../shared/protocol/result.ts'
import type { ServerInfo } from '../../shared/protocol/session.ts'
import { readClock } from '../ui/clock.ts'
import { useForm, type Problems } from '../ui/form.ts'
import type { MessageKey } from '../words.ts'

type Field = 'server' | 'login' | 'password'
/** `until`: when it is worth trying again. */
type Problem = { key: MessageKey } | { error: ProtocolError; until?: number }

export function useSignInForm(host: Pick<Host, 'kind' | 'checkServer' | 'signIn'>, state: HostState) {
  const checked = shallowRef<{ server: string; info: ServerInfo } | null>(null)
  /** The one question that is under way; another address makes its answer void. */
  const asking = shallowRef<{ server: string; answer: Promise<ServerInfo | null> } | null>(null)
  const form = useForm<Field, Problem>(
    {
      server: state.prefill?.server ?? state.server ?? '',
      login: state.prefill?.login ?? '',
      password: '',
    },
    { check: missing, send },
  )
  const { values, setProblem } = form

  const demo = computed(() => checked.value?.info.demo ?? null)
  /** The server at the typed address, asked at most once per address. */
  async function checkServer(): Promise<ServerInfo | null> {
    const server = serverAddress(values.server)
    if (server !== null && checked.value?.server === server) return checked.value.info
    if (server !== null && asking.value?.server === server) return asking.value.answer
    checked.value = asking.value = null
    if (server === null) {
      setProblem('server', noAddress())
      return null
    }
    const answer = ask(server)
    asking.value = { server, answer }
    return answer
  }

  async function ask(server: string): Promise<ServerInfo | null> {
    const result = await host.checkServer(server)
    if (asking.value?.server !== server) return null
    asking.value = null
    if (!result.ok) {
      setProblem('server', aboutServer(result.error))
      return null
    }
    setProblem('server', undefined)
    checked.value = { server, info: result.value }
    chooseDemo(values.login)
    return result.value
  }

  /** Fills in one of the demo people, if there is one of that name. */
  function chooseDemo(login: string): void {
    const people = demo.value?.people ?? []
    if (!demo.value || !people.some((person) => person.login === login)) return
    values.login = login
    values.password = demo.value.password
    for (const field of ['login', 'password'] as const) setProblem(field, undefined)
  }

  const noAddress = (): Problem => ({ key: values.server.trim() ? 'signIn.serverInvalid' : 'signIn.serverMissing' })
  const aboutServer = (error: ProtocolError): Problem => {
    if (error.code === 'unavailable') return { key: 'signIn.serverUnreachable' }
    return error.code === 'conflict' ? { key: 'signIn.serverOther' } : { error }
  }

  async function missing(): Promise<Problems<Field, Problem>> {
    // A demo's answer fills in what would be missing, and whoever knows that may press before it has come.
    const unanswered = asking.value !== null && (await asking.value.answer) === null
    return {
      ...(unanswered ? { server: form.problems.server } : {}),
      ...(serverAddress(values.server) === null ? { server: noAddress() } : {}),
      ...(values.login.trim() ? {} : { login: { key: 'signIn.loginMissing' } }),
      ...(values.password ? {} : { password: { key: 'signIn.passwordMissing' } }),
    }
  }

  /** Nothing that is secret goes to an address before a Parley server has answered there. */
  async function send(): Promise<Problems<Field, Problem> | void> {
    const info = await checkServer()
    const server = serverAddress(values.server)
    if (!info || server === null) return
    const result = await host.signIn({ server, login: values.login.trim(), password: values.password })
    if (!result.ok) return refused(result.error)
  }

  function refused(error: ProtocolError): Problems<Field, Problem> {
    const { code, field, retryAfterMs } = error
    if (code === 'unauthenticated' || code === 'wrongPassword') return { password: { key: 'signIn.wrong' } }
    if (code === 'unavailable') return { server: { key: 'signIn.serverUnreachable' } }
    if (code === 'rateLimited')
      return { password: { error, ...(retryAfterMs === undefined ? {} : { until: readClock() + retryAfterMs }) } }
    return { [field === 'login' || field === 'server' ? field : 'password']: { error } }
  }

  return {
    form,
    values,
    checking: computed(() => asking.value !== null),
    info: computed(() => checked.value?.info ?? null),
    demo,
    checkServer,
    chooseDemo,
  }
}
