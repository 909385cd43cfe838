import { z } from 'zod'
import { type Call, MESSAGE, takesIdempotencyKey } from '#shared/contract/calls/call.ts'
import { CALLS } from '#shared/contract/calls/every.ts'
import { PROBLEM_STATUS, problemSchema } from '#shared/contract/problem.ts'
import type { WireCode } from '#shared/errors.ts'

type Json = Record<string, unknown>

/** What every call may be refused with. */
const ALWAYS: readonly WireCode[] = [
  'request/forbidden-origin',
  'service/busy',
  'audit/unavailable',
  'internal',
]

const OF_CALLER: Readonly<Record<Call['caller'], readonly WireCode[]>> = {
  anybody: [],
  'half-signed-in': ['session/required', 'session/expired'],
  'signed-in': ['session/required', 'session/expired', 'factor/required'],
}

const IDEMPOTENCY_KEY: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'A call that comes again with the same key is not done a second time.',
  schema: { type: 'string', minLength: 1, maxLength: 200 },
}

/** The OpenAPI 3.1 document of the contract: what comes and goes is derived from the schemas that check it. */
export function openApiDocument(calls: readonly Call[] = CALLS): Json {
  const paths: Record<string, Json> = {}
  for (const call of calls) {
    paths[call.path] = { ...paths[call.path], [call.method]: operationOf(call) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Postern',
      version: '1',
      description:
        'Calls come from the origin that serves the app. Bytes are base64url, times ISO 8601 in UTC, refusals RFC 9457.',
    },
    servers: [{ url: '/api/v1' }],
    paths,
    components: {
      schemas: { Problem: schemaOf(problemSchema) },
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: '__Host-postern' } },
    },
  }
}

function operationOf(call: Call): Json {
  const parameters = [
    ...Object.entries(call.parameters ?? {}).map(([name, schema]) => {
      return { name, in: 'path', required: true, schema: schemaOf(schema) }
    }),
    ...queryOf(call),
    ...(takesIdempotencyKey(call) ? [IDEMPOTENCY_KEY] : []),
  ]
  return {
    operationId: `${call.method}${call.path.replace(/[^a-z0-9]+/g, '-').replace(/-$/, '')}`,
    summary: call.does,
    security: call.caller === 'anybody' ? [] : [{ session: [] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(call.request === undefined
      ? {}
      : { requestBody: { required: true, content: bodyOf(call.request) } }),
    responses: { ...answerOf(call), ...problemsOf(call) },
  }
}

function queryOf({ query }: Call): Json[] {
  if (query === undefined) return []
  const { properties = {}, required = [] } = schemaOf(query)
  return Object.entries(properties as Json).map(([name, schema]) => {
    return { name, in: 'query', required: (required as string[]).includes(name), schema }
  })
}

function answerOf({ answer, status }: Call): Json {
  if (answer === null) return { 204: { description: 'Done.' } }
  return { [status ?? 200]: { description: 'Done.', content: bodyOf(answer) } }
}

/** For each status, the codes it may come with. */
function problemsOf(call: Call): Json {
  const { caller, problems } = call
  const repeated = takesIdempotencyKey(call) ? (['request/repeated'] as const) : []
  const codes = new Set([...problems, ...repeated, ...OF_CALLER[caller], ...ALWAYS])
  const byStatus = Map.groupBy(codes, (code) => PROBLEM_STATUS[code])
  const entries = [...byStatus].map(([status, those]) => {
    const code = { enum: those }
    const schema = { $ref: '#/components/schemas/Problem', properties: { code } }
    const description = `Refused: ${those.join(', ')}.`
    return [status, { description, content: { 'application/problem+json': { schema } } }]
  })
  return Object.fromEntries(entries) as Json
}

function bodyOf(body: z.ZodType | typeof MESSAGE): Json {
  if (body === MESSAGE) return { [MESSAGE]: {} }
  return { 'application/json': { schema: schemaOf(body) } }
}

/** What goes over the wire; bytes are text there. */
function schemaOf(schema: z.ZodType): Json {
  const json: Json = z.toJSONSchema(schema, { io: 'input' })
  delete json['$schema'] // OpenAPI 3.1 says it for all
  return json
}
