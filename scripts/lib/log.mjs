// Progress lines for people: every step that lasts says so, so that nothing looks like a hang.

const quietRepeatMs = 15_000
const terminalRepeatMs = 500

/**
 * On a terminal a running step rewrites its own line twice a second; elsewhere (a log, a pipe) it prints a plain
 * line at the start, one every 15 s and one at the end.
 * @param {NodeJS.WriteStream} stream where to print; scripts whose standard output is data pass standard error
 * @param {() => number} now milliseconds
 */
export function createLog(stream = process.stdout, now = () => performance.now()) {
  const line = (text = '') => void stream.write(`${text}\n`)

  /** @param {string} text what is being done, as "Installing the dependencies" */
  function step(text) {
    const startedAt = now()
    let detail = ''
    const sentence = () => [text, detail, formatDuration(now() - startedAt)].filter(Boolean).join(' · ')
    const repeat = () => (stream.isTTY ? stream.write(`\r\u001b[2K… ${sentence()}`) : line(`  … ${sentence()}`))
    if (!stream.isTTY) line(`… ${text}`)
    const timer = setInterval(repeat, stream.isTTY ? terminalRepeatMs : quietRepeatMs)
    timer.unref()

    function end(mark, outcome) {
      clearInterval(timer)
      detail = outcome
      if (stream.isTTY) stream.write('\r\u001b[2K')
      line(`${mark} ${sentence()}`)
    }
    return {
      progress: (news) => void (detail = news),
      done: (outcome = '') => end('✓', outcome),
      failed: (outcome = '') => end('✗', outcome),
    }
  }

  return { line, title: (text) => line(`\n== ${text}`), step }
}

/** 850 → "0.9 s", 61_000 → "1 min 1 s". */
export function formatDuration(milliseconds) {
  const seconds = milliseconds / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 60) return `${Math.round(seconds)} s`
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)} min ${whole % 60} s`
}

/** A failure with words for the person at the keyboard: printed without a stack. */
export class SetupError extends Error {
  name = 'SetupError'
}

/** Runs a script's main function; what it returns is the exit code, a SetupError is printed as its words alone. */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0
  } catch (error) {
    console.error(error instanceof SetupError ? `\n${error.message}` : error)
    process.exitCode = 1
  }
}
