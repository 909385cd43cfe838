import type { Db } from '../schema.ts'

/** Users and how they sign in, keys and certificates, the audit. */
export async function firstTables(db: Db): Promise<void> {
  await people(db)
  await sessions(db)
  await keys(db)
  await audit(db)
}

async function people(db: Db): Promise<void> {
  await db.schema
    .createTable('users')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('username', 'text', (column) => column.notNull().unique())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('address', 'text', (column) => column.notNull().unique())
    .addColumn('roles', 'text', (column) => column.notNull())
    .addColumn('passwordHash', 'text')
    .addColumn('createdAt', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('totpSeeds')
    .addColumn('userId', 'text', (column) => column.primaryKey().references('users.id'))
    .addColumn('sealedSeed', 'text', (column) => column.notNull())
    .addColumn('lastStep', 'integer', (column) => column.notNull())
    .addColumn('createdAt', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('attempts')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('failures', 'integer', (column) => column.notNull())
    .addColumn('lastAt', 'text', (column) => column.notNull())
    .addColumn('lockedUntil', 'text')
    .execute()
}

async function sessions(db: Db): Promise<void> {
  await db.schema
    .createTable('sessions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('secretHash', 'text', (column) => column.notNull().unique())
    .addColumn('userId', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('device', 'text', (column) => column.notNull())
    .addColumn('stage', 'text', (column) => column.notNull())
    .addColumn('createdAt', 'text', (column) => column.notNull())
    .addColumn('lastSeenAt', 'text', (column) => column.notNull())
    .addColumn('absoluteExpiresAt', 'text', (column) => column.notNull())
    .addColumn('endedAt', 'text')
    .execute()
  await db.schema.createIndex('sessionsOfUser').on('sessions').column('userId').execute()
}

async function keys(db: Db): Promise<void> {
  await db.schema
    .createTable('keys')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('userId', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('algorithm', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('perMinute', 'integer', (column) => column.notNull())
    .addColumn('perDay', 'integer', (column) => column.notNull())
    .addColumn('createdAt', 'text', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('keysOfUser').on('keys').column('userId').execute()
  await db.schema
    .createTable('certificates')
    .addColumn('keyId', 'text', (column) => column.notNull().references('keys.id'))
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('der', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('certificatesKey', ['keyId', 'position'])
    .execute()
  await db.schema
    .createTable('anchors')
    .addColumn('fingerprint', 'text', (column) => column.primaryKey())
    .addColumn('der', 'text', (column) => column.notNull())
    .addColumn('createdAt', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('authorities')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('keyId', 'text', (column) => column.notNull())
    .addColumn('algorithm', 'text', (column) => column.notNull())
    .addColumn('der', 'text', (column) => column.notNull())
    .addColumn('createdAt', 'text', (column) => column.notNull())
    .execute()
}

/** No foreign keys here: the audit outlives what it speaks of. */
async function audit(db: Db): Promise<void> {
  await db.schema
    .createTable('auditEntries')
    .addColumn('writer', 'text', (column) => column.notNull())
    .addColumn('sequence', 'integer', (column) => column.notNull())
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('phase', 'text', (column) => column.notNull())
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('operation', 'text', (column) => column.notNull())
    .addColumn('outcome', 'text')
    .addColumn('code', 'text')
    .addColumn('userId', 'text')
    .addColumn('sessionId', 'text')
    .addColumn('keyId', 'text')
    .addColumn('digest', 'text')
    .addColumn('entryDigest', 'text')
    .addColumn('contextHash', 'text')
    .addColumn('previous', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('auditEntriesKey', ['writer', 'sequence'])
    .execute()
  await db.schema
    .createIndex('auditOfKey')
    .on('auditEntries')
    .columns(['keyId', 'phase', 'at'])
    .execute()
  await db.schema.createIndex('auditOfUser').on('auditEntries').columns(['userId', 'at']).execute()
  await db.schema.createIndex('auditOfOperation').on('auditEntries').column('operation').execute()
  await db.schema
    .createTable('auditHeads')
    .addColumn('writer', 'text', (column) => column.primaryKey())
    .addColumn('sequence', 'integer', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('startedAt', 'text', (column) => column.notNull())
    .execute()
}
