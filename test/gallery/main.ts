// `npm run screenshots`: makes the pictures in docs/screenshots anew. Those that still show the same stay as they are.
import { spawn } from 'node:child_process'
import { toolScript } from '../../scripts/lib/tools.mjs'

const child = spawn(process.execPath, [toolScript('vitest'), 'run', '--project', 'gallery', ...process.argv.slice(2)], {
  env: { ...process.env, PARLEY_GALLERY: 'write' },
  stdio: 'inherit',
})
child.once('exit', (code) => (process.exitCode = code ?? 1))
