import { expect, test, vi } from 'vitest'
import { useForm, type Problems } from '../../../renderer/ui/form.ts'

type Name = 'name' | 'password'

/** A form whose sending is answered by hand. */
function aForm() {
  const sent: Record<Name, string>[] = []
  let answer: (problems: Problems<Name> | void) => void = () => {}
  const form = useForm<Name>(
    { name: '', password: '' },
    {
      check: ({ name }) => ({ name: name ? undefined : 'missing' }),
      send(values) {
        sent.push({ ...values })
        return new Promise((resolve) => (answer = resolve))
      },
    },
  )
  return { form, sent, answer: (problems?: Problems<Name>) => answer(problems) }
}

test('what is wrong at once is not sent, and goes when its own field is changed', async () => {
  const { form, sent } = aForm()
  await form.submit()
  expect(form.field('name')).toMatchObject({ modelValue: '', error: 'missing' })
  expect(form.refusals, 'the focus goes to it').toBe(1)
  expect(sent).toEqual([])
  form.values.password = 'x'
  expect(form.problems.name).toBe('missing')
  form.field('name')['onUpdate:modelValue']('Ada')
  expect(form.problems.name).toBeUndefined()
})

test('it is sent once at a time, and what was typed outlives a refusal', async () => {
  const { form, sent, answer } = aForm()
  Object.assign(form.values, { name: 'Ada', password: 'violet kettle' })
  const [first, second] = [form.submit(), form.submit()]
  await second
  expect(form.busy).toBe(true)
  expect(sent).toHaveLength(1)
  answer({ whole: 'The server does not answer.' })
  await first
  expect(form.busy).toBe(false)
  expect(form.problems.whole).toBe('The server does not answer.')
  expect(form.values).toEqual({ name: 'Ada', password: 'violet kettle' })
  form.values.password = 'violet kettle on the moon'
  expect(form.problems.whole, 'mended, perhaps').toBeUndefined()

  const again = form.submit()
  await vi.waitFor(() => expect(sent).toHaveLength(2))
  answer()
  await again
  expect(form.problems).toEqual({ name: undefined })
  expect(form.refusals).toBe(1)
})

test('while it is being checked nothing is sent, and it is not begun twice', async () => {
  const sent: string[] = []
  let check: (problems: Problems<'name'>) => void = () => {}
  const form = useForm<'name'>(
    { name: 'Ada' },
    { check: () => new Promise((resolve) => (check = resolve)), send: async ({ name }) => void sent.push(name) },
  )
  const [first, second] = [form.submit(), form.submit()]
  await second
  expect([form.busy, sent]).toEqual([true, []])
  check({})
  await first
  expect([form.busy, sent]).toEqual([false, ['Ada']])
})

test('a sending that throws leaves the form usable', async () => {
  const form = useForm({ name: '' }, { send: () => Promise.reject(new Error('a bug')) })
  await expect(form.submit()).rejects.toThrow('a bug')
  expect(form.busy).toBe(false)
})

test('it begins anew', async () => {
  const { form } = aForm()
  form.values.password = 'x'
  await form.submit()
  form.reset()
  expect([form.values, form.problems]).toEqual([{ name: '', password: '' }, {}])
})
