import { assert, asyncProperty, constantFrom, option, record, subarray, tuple } from 'fast-check'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Certificate } from './certificate.ts'
import { buildChain } from './chain.ts'
import { openssl } from '#test/support/openssl.ts'
import { certificatesOfPem } from '#test/support/pem.ts'

const A = '1.3.6.1.4.1.55555.1'
const B = '1.3.6.1.4.1.55555.2'
const ANY = '2.5.29.32.0'

/** What one certificate says; `null` says nothing. `map`: the first policy is as good as the second below. */
type Rules = {
  readonly policies?: readonly string[] | null
  readonly map?: readonly [string, string] | null
  readonly explicit?: number | null
  readonly noMapping?: number | null
  readonly noAny?: number | null
}

const folder = mkdtempSync(join(tmpdir(), 'postern-policies-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let root: Certificate

beforeAll(() => {
  openssl(folder, ['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'key.pem'])
  root = make('root', null, 'CA:TRUE', {})
})

/** All have one key: what differs are names and rules. */
function make(name: string, issuer: string | null, constraint: string, rules: Rules): Certificate {
  const { policies, map, explicit, noMapping, noAny } = rules
  const constraints = [
    ...(typeof explicit === 'number' ? [`requireExplicitPolicy:${explicit}`] : []),
    ...(typeof noMapping === 'number' ? [`inhibitPolicyMapping:${noMapping}`] : []),
  ]
  const extensions = [
    `basicConstraints=critical,${constraint}`,
    ...(policies && policies.length > 0 ? [`certificatePolicies=${policies.join(',')}`] : []),
    ...(map ? [`policyMappings=critical,${map.join(':')}`] : []),
    ...(constraints.length > 0 ? [`policyConstraints=critical,${constraints.join(',')}`] : []),
    ...(typeof noAny === 'number' ? [`inhibitAnyPolicy=critical,${noAny}`] : []),
  ]
  const signer = issuer === null ? [] : ['-CA', `${issuer}.pem`, '-CAkey', 'key.pem']
  const added = extensions.flatMap((text) => ['-addext', text])
  const files = ['-key', 'key.pem', '-out', `${name}.pem`, '-subj', `/CN=${name}`]
  openssl(folder, ['req', '-x509', '-new', '-days', '9', ...signer, ...files, ...added])
  const [made] = certificatesOfPem(readFileSync(join(folder, `${name}.pem`), 'utf8'))
  return made!
}

/** Whether a chain of an upper and a lower authority and a leaf holds, by us and by openssl. */
async function judge(
  upper: Rules,
  lower: Rules,
  leaf: Rules,
): Promise<[ours: boolean, openssl: boolean]> {
  const candidates = [
    make('upper', 'root', 'CA:TRUE', upper),
    make('lower', 'upper', 'CA:TRUE', lower),
  ]
  const certificate = make('leaf', 'lower', 'CA:FALSE', leaf)
  const at = new Date()
  const question = { leaf: certificate, candidates, anchors: [root], at, purpose: 'sign' } as const
  const result = await buildChain(question)
  expect(result.chain).toHaveLength(4)
  const failed = result.checks.filter(({ ok }) => ok !== true).map(({ name }) => name)
  expect(failed).toEqual(result.ok ? [] : ['policies'])
  return [result.ok, opensslAgrees()]
}

/** There openssl takes the mapped policy for a named one, even where any has ceased to count (RFC 5280 §6.1.3 d 2). */
function mapsOutOfAny({ policies, map }: Rules): boolean {
  return policies?.includes(ANY) === true && !!map && !policies.includes(map[0])
}

function opensslAgrees(): boolean {
  const between = ['-untrusted', 'upper.pem', '-untrusted', 'lower.pem']
  try {
    openssl(folder, ['verify', '-policy', ANY, '-CAfile', 'root.pem', ...between, 'leaf.pem'])
    return true
  } catch {
    return false
  }
}

describe('policies', () => {
  it.each<[string, boolean, Rules, Rules, Rules]>([
    ['are nobody’s business where nobody asks', true, {}, { policies: [A] }, { policies: [B] }],
    [
      'hold where all have the one',
      true,
      { policies: [A], explicit: 0 },
      { policies: [A, B] },
      { policies: [A] },
    ],
    ['fail where one has none', false, { policies: [A], explicit: 0 }, { policies: [A] }, {}],
    [
      'fail where they differ',
      false,
      { policies: [A], explicit: 0 },
      { policies: [A] },
      { policies: [B] },
    ],
    ['may be any', true, { policies: [ANY], explicit: 0 }, { policies: [ANY] }, { policies: [B] }],
    [
      'may not be any where that is forbidden',
      false,
      { policies: [A], explicit: 0, noAny: 0 },
      { policies: [ANY] },
      { policies: [A] },
    ],
    [
      'may be mapped',
      true,
      { policies: [A], explicit: 0, map: [A, B] },
      { policies: [B] },
      { policies: [B] },
    ],
    [
      'may not be mapped where that is forbidden',
      false,
      { policies: [A], explicit: 0, noMapping: 0 },
      { policies: [A], map: [A, B] },
      { policies: [B] },
    ],
    [
      'are not mapped to or from any',
      false,
      { policies: [A], map: [ANY, B] },
      { policies: [B] },
      { policies: [B] },
    ],
    ['are asked for by the leaf itself', false, {}, {}, { explicit: 0 }],
    ['are asked for later only', true, { explicit: 5 }, {}, {}],
  ])('%s', async (_, holds, upper, lower, leaf) => {
    expect(await judge(upper, lower, leaf)).toEqual([holds, holds])
  })

  it('hold where openssl says so, and nowhere else', async () => {
    const count = option(constantFrom(0, 1, 2), { freq: 2 })
    const policies = option(subarray([A, B, ANY], { minLength: 1 }), { freq: 5 })
    const map = option(tuple(constantFrom(A, B), constantFrom(A, B)), { freq: 2 })
    const authority = record({
      policies,
      map,
      explicit: count,
      noMapping: count,
      noAny: count,
    }).filter((rules) => !mapsOutOfAny(rules))
    await assert(
      asyncProperty(
        authority,
        authority,
        record({ policies, explicit: count }),
        async (...rules) => {
          const [ours, theirs] = await judge(...rules)
          expect(ours).toBe(theirs)
        },
      ),
      { numRuns: 40 },
    )
  })
})
