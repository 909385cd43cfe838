import { sql } from 'kysely'
import { prepared, preparedLook } from './prepared.ts'
import type { Db, UseRow } from './schema.ts'

/** The use of `subject` that `back` later ones have followed; 0 is the last. */
export type UseSought = { readonly subject: string; readonly back: number }

/** `count`: how often the subject was used. `at`: null where there is no such use, or none is remembered. */
export type UseFound = UseSought & { readonly count: number; readonly at: string | null }

const FORGOTTEN_AT_ONCE = 256

export const insertUses = prepared(['subject', 'number', 'at'], (db, rows: readonly UseRow[]) =>
  db.insertInto('uses').values(rows),
)

/** Each by two steps down the primary key, however often the subject was used. One may come twice. */
export const findUses = preparedLook(['subject', 'back'], (db, sought: readonly UseSought[]) => {
  const rows = sought.map(({ subject, back }) => sql`(${subject}, cast(${back} as integer))`)
  const query = sql<UseFound>`
    select asked.subject, asked.back, asked.count, uses.at
    from (
      select column1 as subject, column2 as back,
        coalesce((select max(number) from uses where uses.subject = column1), 0) as count
      from (values ${sql.join(rows)}) as sought
    ) as asked
    left join uses on uses.subject = asked.subject and uses.number = asked.count - asked.back
  `
  return { compile: () => query.compile(db) }
})

/** Forgets some of the subject's oldest uses, if they are from before that time. */
export async function forgetUses(db: Db, subject: string, before: string): Promise<void> {
  await db
    .deleteFrom('uses')
    .where('subject', '=', subject)
    .where('at', '<', before)
    .where('number', '<=', (e) =>
      e
        .selectFrom('uses')
        .select(sql<number>`min(number) + ${sql.lit(FORGOTTEN_AT_ONCE)}`.as('last'))
        .where('subject', '=', subject),
    )
    .execute()
}
