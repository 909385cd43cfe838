import { createHash } from 'node:crypto'
import { PosternError } from '#shared/errors.ts'
import { readCertificateFile } from '#shared/cms/certificate-file.ts'
import { type Certificate, readableCertificates } from '#shared/x509/certificate.ts'
import { addAnchor } from '../../keys/lifecycle/anchors.ts'
import { listAnchors } from '../../storage/anchors.ts'
import { command, type Topic } from '../command.ts'
import { readGivenFile } from '../given-file.ts'
import { table } from '../table.ts'

const list = command({
  name: 'list',
  does: 'whom the company trusts to issue certificates',
  examples: ['postern anchor list'],
  async run(context) {
    const { db } = await context.records()
    const anchors = readableCertificates(await listAnchors(db)).map(describe)
    const rows = anchors.map(({ subject, notAfter, sha256 }) => [subject, notAfter, sha256])
    return { data: { anchors }, text: table(['SUBJECT', 'UNTIL', 'SHA-256'], rows) }
  },
})

const add = command({
  name: 'add',
  does: "trust an authority's certificate in the whole company",
  notes: 'Compare the SHA-256 that is shown with one that you have from the authority itself.',
  arguments: { file: { does: 'one certificate of an authority, PEM or DER' } },
  examples: ['postern anchor add company-root.pem'],
  async run(context, { file }) {
    const [certificate, another] = readCertificateFile(readGivenFile(file))
    if (certificate === undefined || another !== undefined || !certificate.isCa) {
      throw new PosternError('config/invalid', 'An anchor is one certificate of an authority.')
    }
    await addAnchor(await context.records(), certificate.der, context.actor)
    const anchor = describe(certificate)
    return { data: anchor, text: `${anchor.subject} is trusted. SHA-256: ${anchor.sha256}\n` }
  },
})

function describe({ der, subject, notAfter }: Certificate) {
  const sha256 = createHash('sha256').update(der).digest('hex')
  return { subject, notAfter: notAfter.toISOString(), sha256 }
}

export const anchorTopic: Topic = {
  name: 'anchor',
  does: 'the authorities that the company trusts',
  commands: [list, add],
}
