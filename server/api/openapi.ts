// The API's own description (OpenAPI 3.1), made of the very schemas that check it.
import { z } from 'zod'
import type { ErrorCode } from '../../shared/protocol/result.ts'
import { protocolErrorSchema } from '../../shared/protocol/result.ts'
import { pathNames, type ApiRoute } from './route.ts'

/** Every route can answer these. */
const ALWAYS: readonly ErrorCode[] = ['unauthenticated', 'notAllowed', 'rateLimited', 'unavailable']

type Schema = Record<string, unknown>

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Schema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12', unrepresentable: 'any' })
  return rest
}

export function describeApi(routes: readonly ApiRoute[], version: string): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const one of routes) {
    const path = one.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [one.method.toLowerCase()]: operationOf(one) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Parley', version, description: 'See docs/api.md for how to use it, with examples.' },
    servers: [{ url: '/api/v1' }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'A token that begins with parley_' } },
      schemas: {
        Failure: {
          type: 'object',
          required: ['ok', 'error'],
          properties: { ok: { const: false }, error: schemaOf(protocolErrorSchema, 'output') },
        },
      },
    },
  }
}

function operationOf(one: ApiRoute): object {
  const { properties = {}, required = [] } = schemaOf(one.input, 'input') as {
    properties?: Record<string, Schema>
    required?: string[]
  }
  const inPath = pathNames(one.path)
  const rest = Object.keys(properties).filter((name) => !inPath.includes(name))
  const takesBody = one.method === 'POST' || one.method === 'PATCH'
  const parameter = (name: string, where: string) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: properties[name] ?? {},
  })
  const key = {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description: 'The same key within 24 hours gives the same answer and changes nothing again.',
    schema: { type: 'string', maxLength: 255 },
  }
  const body = {
    type: 'object',
    properties: Object.fromEntries(rest.map((name) => [name, properties[name]])),
    required: required.filter((name) => rest.includes(name)),
    additionalProperties: false,
  }
  const answer = { type: 'object', required: ['ok', 'value'] }
  const value = schemaOf(one.answer, 'output')
  const codes = [...new Set([...ALWAYS, ...one.errors])].join(', ')
  return {
    operationId: `${one.method.toLowerCase()}${one.path.replace(/[/:]+(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary: one.summary,
    description: `Needs the scope \`${one.scope}\`.`,
    parameters: [
      ...inPath.map((name) => parameter(name, 'path')),
      ...(takesBody ? [] : rest.map((name) => parameter(name, 'query'))),
      ...(one.repeatable ? [key] : []),
    ],
    ...(takesBody && rest.length > 0
      ? { requestBody: { required: body.required.length > 0, content: { 'application/json': { schema: body } } } }
      : {}),
    responses: {
      [one.status ?? 200]: {
        description: 'Done',
        content: { 'application/json': { schema: { ...answer, properties: { ok: { const: true }, value } } } },
      },
      default: {
        description: `Refused: ${codes}`,
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Failure' } } },
      },
    },
  }
}
