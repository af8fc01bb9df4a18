// What the command line and the environment may not do to an installed app: open it to a debugger, switch its checks off, or write what it
// sends to a file. The fuses (electron-builder.yml) close Node's own doors; these are Chromium's, and those that Node reads at run time.
import { app } from 'electron'

/** Chromium's switches that listen, look in, or trust what nobody should. */
const REFUSED_SWITCHES = [
  'remote-debugging-port',
  'remote-debugging-pipe',
  'remote-debugging-address',
  'remote-allow-origins',
  'inspect',
  'inspect-brk',
  'js-flags',
  'ignore-certificate-errors',
  'ignore-certificate-errors-spki-list',
  'allow-insecure-localhost',
  'allow-running-insecure-content',
  'unsafely-treat-insecure-origin-as-secure',
  'disable-web-security',
  'disable-site-isolation-trials',
  'host-rules',
  'host-resolver-rules',
  'load-extension',
  'use-fake-ui-for-media-stream',
  'log-net-log',
  'ssl-key-log-file',
  'auth-server-allowlist',
]
/** The main process keeps the connection, and Node's TLS listens to these. */
const REFUSED_VARIABLES = ['NODE_TLS_REJECT_UNAUTHORIZED', 'SSLKEYLOGFILE']

/** Must run before the app is ready. */
export function refuseLoopholes(): void {
  // Under development, and in tests, they are wanted.
  if (app.isPackaged) for (const name of REFUSED_SWITCHES) app.commandLine.removeSwitch(name)
  for (const name of REFUSED_VARIABLES) delete process.env[name]
  // A window that forgot to ask for the sandbox gets it all the same.
  app.enableSandbox()
}
