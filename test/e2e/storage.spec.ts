import { expect, test } from './fixtures.ts'
import { openBySubject, signIn } from './steps.ts'

// Everything that the browser keeps for this origin, as one text: databases, storages, caches.
const EVERYTHING = `(async () => {
  const kept = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie]
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done, fail) => {
      const request = indexedDB.open(name)
      request.onsuccess = () => done(request.result)
      request.onerror = () => fail(request.error)
    })
    for (const store of db.objectStoreNames) {
      const all = await new Promise((done) => {
        const request = db.transaction(store).objectStore(store).getAll()
        request.onsuccess = () => done(request.result)
      })
      for (const value of all) kept.push(new TextDecoder().decode(value.bytes))
    }
    db.close()
  }
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) kept.push(request.url)
  }
  return kept.join('\\n')
})()`

test('The browser keeps ciphertext only: no decrypted word, no password, no code, no API answer', async ({
  page,
  server,
}) => {
  await page.goto(server.origin)
  await signIn(page, server, 'alice')
  await openBySubject(page, 'Riverside: measured flow, week 44')
  await expect(page.getByText('two per cent of what we promised')).toBeVisible()
  const kept = String(await page.evaluate(EVERYTHING))
  expect(kept).toContain('pkcs7-mime') // the encrypted message itself is kept, for reopening
  expect(kept).not.toContain('two per cent of what we promised')
  expect(kept).not.toContain('Riverside')
  expect(kept).not.toContain(server.login('alice').password)
  expect(kept).not.toContain('/api/')
})
