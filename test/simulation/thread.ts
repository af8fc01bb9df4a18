// One of several threads that simulate: carries out tasks as they come, one after the other.
import { parentPort } from 'node:worker_threads'
import { catchMutant, runSeeds, type Task } from './tasks.ts'

parentPort?.on('message', async (task: Task) => {
  parentPort?.postMessage(task.kind === 'seeds' ? await runSeeds(task) : await catchMutant(task))
})
