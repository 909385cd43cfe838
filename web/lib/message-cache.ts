import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from 'idb'
import type { Bytes } from '#shared/bytes.ts'

// The only thing that Postern keeps in the browser: encrypted messages as they came. Nothing decrypted, no key.

type Stored = { readonly bytes: Bytes; readonly storedAt: number }
interface Schema extends DBSchema {
  messages: { key: string; value: Stored; indexes: { storedAt: number } }
}

const NAME = 'postern-messages'
const MAX_MESSAGES = 200 // a few screens of mail, for reopening and for a train ride
const MAX_BYTES = 5_000_000 // larger ones are fetched again

let database: Promise<IDBPDatabase<Schema>> | null = null

function opened(): Promise<IDBPDatabase<Schema>> {
  database ??= openDB<Schema>(NAME, 1, {
    upgrade(db) {
      db.createObjectStore('messages').createIndex('storedAt', 'storedAt')
    },
    blocking() {
      void forgetConnection() // another tab signs out and deletes this
    },
    terminated() {
      database = null
    },
  })
  return database
}

/** The ciphertext kept under `key`, or null. A browser without storage simply keeps nothing. */
export async function findCiphertext(key: string): Promise<Bytes | null> {
  try {
    return (await (await opened()).get('messages', key))?.bytes ?? null
  } catch {
    return null
  }
}

/** Keeps an encrypted message; the oldest make room. The caller vouches that nothing in it is readable. */
export async function keepCiphertext(key: string, bytes: Bytes): Promise<void> {
  if (bytes.length > MAX_BYTES) return
  try {
    const store = (await opened()).transaction('messages', 'readwrite').store
    await store.put({ bytes, storedAt: Date.now() }, key)
    const surplus = (await store.count()) - MAX_MESSAGES
    const oldest = surplus > 0 ? await store.index('storedAt').getAllKeys(null, surplus) : []
    await Promise.all(oldest.map((old) => store.delete(old)))
  } catch {
    // full or forbidden storage: the message is fetched again next time
  }
}

/** Forgets everything, as signing out does. */
export async function forgetCiphertexts(): Promise<void> {
  await forgetConnection()
  await deleteDB(NAME).catch(() => undefined)
}

async function forgetConnection(): Promise<void> {
  const db = await database?.catch(() => null)
  db?.close()
  database = null
}
