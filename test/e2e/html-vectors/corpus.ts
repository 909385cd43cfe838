import { existsSync, readFileSync } from 'node:fs'

// Other people's vectors, read where they lie: they are no part of this repository.
const CORPUS = new URL('../../../../shared/corpora/html/', import.meta.url)

/** A piece of hostile HTML and what to call it. */
export type Vector = { readonly name: string; readonly html: string }

type Read = (entry: never, index: number) => Vector

const SETS: Readonly<Record<string, Read>> = {
  'html5sec-items': ({ id, data }: { id: number; data: string }) => vector('item', id, data),
  'html5sec-vectors': (line: string, index) => vector('line', index + 1, line),
  'dompurify-expect': ({ payload }: { payload: string }, index) =>
    vector('dompurify', index + 1, payload),
}

/** Every vector of html5sec and DOMPurify; null where the corpus is not there. */
export function readVectors(): Vector[] | null {
  if (!existsSync(CORPUS)) return null
  return Object.entries(SETS).flatMap(([set, read]) => {
    const text = readFileSync(new URL(`${set}.json`, CORPUS), 'utf8')
    return (JSON.parse(text) as never[]).map(read)
  })
}

function vector(set: string, number: number, html: string): Vector {
  return { name: `${set} ${number}`, html }
}

/** Ways to run a script that every browser knows: if the harness misses one of these, its zeros say nothing. */
export const CONTROLS: readonly Vector[] = [
  { name: 'script', html: '<script>alert(1)</script>' },
  { name: 'handler', html: '<img src="x:x" onerror="alert(1)">' },
  { name: 'drawing', html: '<svg onload="confirm(1)"></svg>' },
  { name: 'link', html: '<a target="_self" href="javascript:alert(1)">run</a>' },
  { name: 'frame', html: '<iframe src="javascript:parent.prompt(1)"></iframe>' },
  { name: 'inner page', html: `<iframe srcdoc="<script>console.log('x')</script>"></iframe>` },
  { name: 'write', html: '<body onload="document.write(1)">' },
]
