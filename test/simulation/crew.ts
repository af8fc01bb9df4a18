// Shares tasks among threads, and gives their answers in the order of the tasks: the same whatever the number of threads.
import { Worker } from 'node:worker_threads'
import {
  catchMutant,
  emptyTally,
  runSeeds,
  together,
  type Catch,
  type MutantTask,
  type SeedsTask,
  type Tally,
  type Task,
} from './tasks.ts'

/** Enough to make the way between threads cheap, few enough that all are busy to the end. */
const CHUNK = 50

export type Sharing<Answer> = { workers: number; onAnswer?: (answer: Answer) => void | Promise<void> }

async function share<Answer>(tasks: readonly Task[], { workers, onAnswer }: Sharing<Answer>): Promise<Answer[]> {
  const answers: Answer[] = []
  let next = 0
  let told = 0
  let telling = Promise.resolve()
  const take = (place: number, answer: Answer) => {
    answers[place] = answer
    telling = telling.then(async () => {
      for (; answers[told] !== undefined; told++) await onAnswer?.(answers[told]!)
    })
  }
  const thread = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('./thread.ts', import.meta.url))
      let place = 0
      const goOn = () => {
        if (next >= tasks.length) return void worker.terminate().then(() => resolve())
        place = next++
        worker.postMessage(tasks[place])
      }
      worker.on('message', (answer: Answer) => {
        take(place, answer)
        goOn()
      })
      worker.on('error', reject)
      goOn()
    })
  await Promise.all(Array.from({ length: Math.min(workers, tasks.length) }, thread))
  await telling
  return answers
}

async function alone<Asked extends Task, Answer>(
  tasks: readonly Asked[],
  carryOut: (task: Asked) => Promise<Answer>,
  { onAnswer }: Sharing<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = []
  for (const task of tasks) {
    const answer = await carryOut(task)
    answers.push(answer)
    await onAnswer?.(answer)
  }
  return answers
}

export type ManySeeds = { first: number; count: number; onDisk?: boolean; chunk?: number }

/** All histories from `first` on. With one worker everything happens in this thread. */
export async function simulate({ first, count, onDisk = false, chunk = CHUNK }: ManySeeds, sharing: Sharing<Tally>) {
  const tasks: SeedsTask[] = []
  for (let done = 0; done < count; done += chunk)
    tasks.push({ kind: 'seeds', first: first + done, count: Math.min(chunk, count - done), onDisk })
  const tallies = await (sharing.workers > 1 ? share(tasks, sharing) : alone(tasks, runSeeds, sharing))
  return tallies.reduce(together, emptyTally())
}

export async function catchAll(names: readonly string[], first: number, sharing: Sharing<Catch>): Promise<Catch[]> {
  const tasks = names.map((name): MutantTask => ({ kind: 'mutant', name, first }))
  return sharing.workers > 1 ? share(tasks, sharing) : alone(tasks, catchMutant, sharing)
}
