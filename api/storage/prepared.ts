import type { Compilable, CompiledQuery } from 'kysely'
import type { Db } from './schema.ts'

const LARGEST = 64 // items in one query: with 17 columns each, far below what any database takes

/** Where the member `name` of item number `row` goes. */
class Place {
  readonly row: number
  readonly name: string

  constructor(row: number, name: string) {
    this.row = row
    this.name = name
  }
}

/** Runs the query for these items. */
export type Prepared<Item, Row> = (db: Db, items: readonly Item[]) => Promise<Row[]>

/**
 * A query over a list of items whose text is put together once: building it takes longer than running it. It is asked
 * for 64, 32, … 1 items at once, so that there are few texts, which the databases keep prepared.
 * @param names the members of an item that the query uses; each becomes a parameter wherever it stands
 */
export function prepared<Item extends object, Row>(
  names: readonly (keyof Item & string)[],
  build: (db: Db, items: readonly Item[]) => Compilable<Row>,
): Prepared<Item, Row> {
  const textFor = remembered((db: Db, size) => {
    const places = Array.from({ length: size }, (_, row) =>
      Object.fromEntries(names.map((name) => [name, new Place(row, name)])),
    )
    return build(db, places as unknown as Item[]).compile()
  })
  return async (db, items) => {
    const rows: Row[] = []
    for (let at = 0, size = 0; at < items.length; at += size) {
      size = largestPiece(items.length - at)
      const piece = items.slice(at, at + size)
      const text = textFor(db, size)
      const parameters = text.parameters.map((value) => valueFor(value, piece))
      const result = await db.executeQuery<Row>({ ...text, parameters })
      rows.push(...result.rows)
    }
    return rows
  }
}

/**
 * The same for a query that only looks: asked once more about its last item, it fits one of the sizes at once. Rows
 * may come twice.
 */
export function preparedLook<Item extends object, Row>(
  names: readonly (keyof Item & string)[],
  build: (db: Db, items: readonly Item[]) => Compilable<Row>,
): Prepared<Item, Row> {
  const look = prepared(names, build)
  return (db, items) => look(db, filledUp(items))
}

/** A look at rows by their ids, or other texts of theirs. */
export function preparedForIds<Row>(
  build: (db: Db, ids: readonly string[]) => Compilable<Row>,
): Prepared<string, Row> {
  const look = preparedLook<{ id: string }, Row>(['id'], (db, items) => build(db, idsOf(items)))
  return (db, ids) =>
    look(
      db,
      ids.map((id) => ({ id })),
    )
}

function idsOf(items: readonly { id: string }[]): string[] {
  return items.map(({ id }) => id)
}

/** Texts by database and size, made when they are first asked for. */
function remembered<Row>(make: (db: Db, size: number) => CompiledQuery<Row>): typeof make {
  const texts = new WeakMap<object, Map<number, CompiledQuery<Row>>>()
  return (db, size) => {
    const { adapter } = db.getExecutor() // the same for a database and the transactions on it
    const ofDatabase = texts.get(adapter) ?? new Map<number, CompiledQuery<Row>>()
    texts.set(adapter, ofDatabase)
    const text = ofDatabase.get(size) ?? make(db, size)
    ofDatabase.set(size, text)
    return text
  }
}

function filledUp<Item>(items: readonly Item[]): readonly Item[] {
  const rest = items.length % LARGEST
  const last = items.at(-1)
  if (rest === 0 || last === undefined) return items
  const missing = 2 ** Math.ceil(Math.log2(rest)) - rest
  return [...items, ...Array.from({ length: missing }, () => last)]
}

/** The largest power of two that is not above `left`. */
function largestPiece(left: number): number {
  return left >= LARGEST ? LARGEST : 2 ** Math.floor(Math.log2(left))
}

function valueFor(value: unknown, items: readonly object[]): unknown {
  if (!(value instanceof Place)) return value
  return (items[value.row] as Record<string, unknown> | undefined)?.[value.name]
}
