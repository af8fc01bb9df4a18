// Many signed-in people on one machine, each a bare socket: what a client does on the wire, and nothing that would cost the bench itself.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { io, type Socket } from 'socket.io-client'
import { systemEntropy } from '../../server/entropy.ts'
import { addAccount } from '../../server/people/accounts.ts'
import { databaseFile } from '../../server/server.ts'
import { openStore } from '../../server/storage/store.ts'
import { systemTimers } from '../../server/timers.ts'
import { SOCKET_PATH } from '../../shared/client/socketWire.ts'
import type { CommandInput, CommandName, CommandOutput, ServerEvent } from '../../shared/protocol/contract.ts'
import type { Result } from '../../shared/protocol/result.ts'
import { PROTOCOL_VERSION, type SignInOutput } from '../../shared/protocol/session.ts'

/** Nobody guesses these passwords. */
const PASSWORD_COST = 4
const PASSWORD = 'a crowd of its own'
const ANSWER_MS = 30_000
/** So many come at once: a morning, and not an attack. */
const AT_ONCE = 20

export type Member = {
  userId: string
  socket: Socket
  ask<Name extends CommandName>(name: Name, input: CommandInput<Name>): Promise<CommandOutput<Name>>
  onEvent: (event: ServerEvent) => void
}

const loginOf = (number: number) => `member${number}`

/** Put into the database before the server opens it. */
export const addCrowd = (count: number) => async (dataFolder: string) => {
  const store = await openStore({ file: databaseFile(dataFolder), now: systemTimers.now, perform: () => {} })
  const options = { store, entropy: systemEntropy, passwordCost: PASSWORD_COST }
  for (let number = 0; number < count; number++) {
    const added = await addAccount(options, { login: loginOf(number), name: `Member ${number}`, password: PASSWORD })
    if (!added.ok) throw new Error(added.error.message)
  }
  await store.close()
}

/** Signs in and connects them all, as many at once as a server sees on a busy morning. */
export async function connectCrowd(url: string, count: number): Promise<Member[]> {
  const crowd: Member[] = []
  for (let start = 0; start < count; start += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, count - start) }, (_, index) => start + index)
    crowd.push(...(await Promise.all(numbers.map((number) => connectMember(url, number)))))
  }
  return crowd
}

async function connectMember(url: string, number: number): Promise<Member> {
  const device = { id: randomUUID(), platform: 'linux', label: `Desk ${number}` }
  const response = await fetch(`${url}/api/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: loginOf(number), password: PASSWORD, device }),
  })
  const signedIn = (await response.json()) as Result<SignInOutput>
  if (!signedIn.ok) throw new Error(`${loginOf(number)} cannot sign in: ${signedIn.error.message}`)
  const { user, tokens } = signedIn.value
  const auth = { protocol: PROTOCOL_VERSION, accessToken: tokens.accessToken, device }
  const ear: Pick<Member, 'onEvent'> = { onEvent: () => {} }
  const socket = await openSocket(url, auth, (event) => ear.onEvent(event))
  const ask: Member['ask'] = async (name, input) => {
    const message = { commandId: randomUUID(), name, input }
    const answer = (await socket.timeout(ANSWER_MS).emitWithAck('command', message)) as Result<never>
    if (!answer.ok) throw new Error(`${name} was refused: ${answer.error.code} ${answer.error.message}`)
    return answer.value
  }
  const member: Member = Object.assign(ear, { userId: user.id, socket, ask })
  await member.ask('session.sync', {})
  return member
}

export function openSocket(url: string, auth: object, onEvent = (_event: ServerEvent) => {}): Promise<Socket> {
  const socket = io(url, { path: SOCKET_PATH, transports: ['websocket'], reconnection: false, forceNew: true, auth })
  // The first ones come right behind the welcome; whoever does not acknowledge them is cut off.
  socket.on('event', (event: ServerEvent, acknowledge: () => void) => {
    acknowledge()
    onEvent(event)
  })
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket))
    socket.once('connect_error', reject)
  })
}

/** Resident memory of a process, in bytes. */
export function residentBytes(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) * 1024
}
