// Running other programs: with a time limit, with their output in hand, and ended together with their children.

import { spawn } from 'node:child_process'
import { accessSync, constants as access, createWriteStream, readdirSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import path from 'node:path'

const outputKeptCharacters = 200_000
const running = new Set()

/**
 * Runs a program to its end. Never throws: a program that cannot be started ends with code 127.
 * @param {string} command
 * @param {string[]} args
 * @param {object} options
 * @param {string} [options.cwd]
 * @param {Record<string, string | undefined>} [options.env]
 * @param {number} [options.timeLimitMs] after it the program and its children are ended
 * @param {'capture' | 'inherit'} [options.output] inherit: the program talks to the terminal itself
 * @param {string} [options.logFile] gets everything the program prints
 * @param {(line: string) => void} [options.onLine] gets each line the program prints
 * @returns {Promise<{code: number, signal: string | null, output: string, timedOut: boolean}>}
 */
export function run(command, args, options = {}) {
  const { cwd, env, timeLimitMs, output = 'capture', logFile, onLine, shell = false, onStart } = options
  return new Promise((resolve) => {
    const stdio = output === 'inherit' ? 'inherit' : ['ignore', 'pipe', 'pipe']
    const child = spawn(command, args, { cwd, env, stdio, shell, windowsHide: true })
    onStart?.(child)
    running.add(child)
    const file = logFile === undefined ? undefined : createWriteStream(logFile, { flags: 'a' })
    let kept = ''
    let timedOut = false
    const emitLines = lineSplitter(onLine)
    const collect = (chunk) => {
      kept = (kept + chunk).slice(-outputKeptCharacters)
      file?.write(chunk)
      emitLines(chunk)
    }
    child.stdout?.setEncoding('utf8').on('data', collect)
    child.stderr?.setEncoding('utf8').on('data', collect)

    const timer =
      timeLimitMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true
            void endTree(child.pid)
          }, timeLimitMs)
    const finish = (code, signal) => {
      clearTimeout(timer)
      running.delete(child)
      file?.end()
      resolve({ code: code ?? 1, signal, output: kept, timedOut })
    }
    child.once('error', (error) => {
      kept += error.message
      finish(127, null)
    })
    child.once('close', finish)
  })
}

/**
 * Until the returned function is called: when we are told to end, what `run` has started ends first, so that no
 * compiler or test is left behind.
 */
export function endChildrenOnSignals() {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  const end = async (name) => {
    await Promise.all([...running].map((child) => endTree(child.pid)))
    process.exit(128 + constants.signals[name])
  }
  signals.forEach((name) => process.on(name, end))
  return () => signals.forEach((name) => process.off(name, end))
}

/** Gives whole lines to the listener, however the chunks are cut. */
export function lineSplitter(onLine) {
  if (onLine === undefined) return () => undefined
  let rest = ''
  return (chunk) => {
    const lines = (rest + chunk).split(/\r?\n/)
    rest = lines.pop() ?? ''
    lines.forEach(onLine)
  }
}

/**
 * Ends a process that we started and everything it started in turn: politely first, after graceMs by force.
 * Children are found by their parent's id, so that nothing else on the machine is touched.
 */
export async function endTree(pid, graceMs = 3_000) {
  if (pid === undefined) return
  if (process.platform === 'win32') {
    await run('taskkill', ['/pid', String(pid), '/t', '/f'])
    return
  }
  const pids = [pid, ...(await descendantsOf(pid))]
  pids.forEach((each) => signal(each, 'SIGTERM'))
  const deadline = performance.now() + graceMs
  while (pids.some(isAlive) && performance.now() < deadline) await delay(50)
  pids.filter(isAlive).forEach((each) => signal(each, 'SIGKILL'))
}

export const delay = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

function signal(pid, name) {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended by itself meanwhile.
  }
}

export function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function isZombie(pid) {
  if (process.platform !== 'linux') return false
  return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
}

async function descendantsOf(root) {
  const parents = process.platform === 'linux' ? parentsFromProc() : await parentsFromPs()
  return descendants(root, parents)
}

/**
 * @param {number} root
 * @param {Array<[pid: number, parent: number]>} parents
 * @returns {number[]} children, grandchildren and so on, parents before their children
 */
export function descendants(root, parents) {
  const found = []
  for (let generation = [root]; generation.length > 0;) {
    generation = parents.filter(([, parent]) => generation.includes(parent)).map(([pid]) => pid)
    found.push(...generation)
  }
  return found
}

// A slim Debian has no ps, hence the kernel's own table there.
function parentsFromProc() {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.flatMap((pid) => {
    try {
      const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop() ?? ''
      return [[Number(pid), Number(afterName.split(' ')[1])]]
    } catch {
      return []
    }
  })
}

async function parentsFromPs() {
  const { output } = await run('ps', ['-A', '-o', 'pid=,ppid='])
  return output
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number))
}

/** The full path of a program found in PATH, or undefined. */
export function which(name, env = process.env, platform = process.platform) {
  const folders = (env.PATH ?? env.Path ?? '').split(path.delimiter).filter(Boolean)
  const endings = platform === 'win32' ? ['.exe', '.cmd', ''] : ['']
  return folders.flatMap((folder) => endings.map((ending) => path.join(folder, name + ending))).find(isExecutable)
}

export function isExecutable(file) {
  try {
    accessSync(file, access.X_OK)
    return true
  } catch {
    return false
  }
}
