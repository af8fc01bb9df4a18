// What the sign-in screen does: check the address, then send the password, and put each error where it belongs.
import { computed, reactive, ref, shallowRef } from 'vue'
import { serverAddress } from '../../shared/client/account.ts'
import type { Host, HostState } from '../../shared/host.ts'
import type { ProtocolError } from '../../shared/protocol/result.ts'
import type { ServerInfo } from '../../shared/protocol/session.ts'
import type { MessageKey } from '../words.ts'

type Field = 'server' | 'login' | 'password'
type Problem = { key: MessageKey } | { error: ProtocolError }

export function useSignInForm(host: Pick<Host, 'kind' | 'checkServer' | 'signIn'>, state: HostState) {
  const values = reactive({
    server: state.prefill?.server ?? state.server ?? '',
    login: state.prefill?.login ?? '',
    password: '',
  })
  const problems = shallowRef<Partial<Record<Field, Problem>>>({})
  const checked = shallowRef<{ server: string; info: ServerInfo } | null>(null)
  const checking = ref(false)
  const signingIn = ref(false)
  let checks = 0

  const demo = computed(() => checked.value?.info.demo ?? null)
  const setProblem = (field: Field, problem: Problem | undefined) => {
    const { [field]: _, ...others } = problems.value
    problems.value = problem ? { ...others, [field]: problem } : others
  }

  /** The server at the typed address, asked at most once per address. */
  async function checkServer(): Promise<ServerInfo | null> {
    const server = serverAddress(values.server)
    if (server !== null && checked.value?.server === server) return checked.value.info
    checked.value = null
    if (server === null) {
      setProblem('server', { key: values.server.trim() ? 'signIn.serverInvalid' : 'signIn.serverMissing' })
      return null
    }
    const mine = ++checks
    checking.value = true
    const result = await host.checkServer(server)
    if (mine !== checks) return null
    checking.value = false
    if (!result.ok) {
      setProblem(
        'server',
        result.error.code === 'unavailable' ? { key: 'signIn.serverUnreachable' } : { error: result.error },
      )
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
    problems.value = {}
  }

  async function submit(): Promise<void> {
    if (signingIn.value) return
    problems.value = {
      ...(values.login.trim() ? {} : { login: { key: 'signIn.loginMissing' } as const }),
      ...(values.password ? {} : { password: { key: 'signIn.passwordMissing' } as const }),
    }
    const complete = Object.keys(problems.value).length === 0
    signingIn.value = true
    try {
      const info = await checkServer()
      const server = serverAddress(values.server)
      if (!info || server === null || !complete) return
      const result = await host.signIn({ server, login: values.login.trim(), password: values.password })
      if (!result.ok) tell(result.error)
    } finally {
      signingIn.value = false
    }
  }

  function tell(error: ProtocolError): void {
    if (error.code === 'unauthenticated' || error.code === 'wrongPassword')
      return setProblem('password', { key: 'signIn.wrong' })
    if (error.code === 'unavailable') return setProblem('server', { key: 'signIn.serverUnreachable' })
    const locked = error.code === 'rateLimited'
    const field = !locked && (error.field === 'login' || error.field === 'server') ? error.field : 'password'
    setProblem(field, { error })
  }

  return {
    values,
    problems,
    setProblem,
    checking,
    signingIn,
    info: computed(() => checked.value?.info ?? null),
    demo,
    checkServer,
    chooseDemo,
    submit,
  }
}
