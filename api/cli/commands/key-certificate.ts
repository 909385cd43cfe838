import { readCertificateFile } from '#shared/cms/certificate-file.ts'
import { installCertificate } from '../../keys/lifecycle/install-certificate.ts'
import { command } from '../command.ts'
import { readGivenFile } from '../given-file.ts'

export const certificate = command({
  name: 'certificate',
  does: 'give a key the certificate that an authority issued for it',
  notes: `
The file holds the certificate and those above it, in any order: PEM, DER or PKCS #7. It has to be for this key and its
user's address, for the one purpose of the key, valid now, and lead to an anchor of the company (postern anchor). The
certificate of before is kept: old mail names it.`,
  arguments: {
    key: { does: "the key's id, as `postern key list` shows it" },
    file: { does: 'what the authority sent' },
  },
  examples: ['postern key certificate AAECAwQFBgcICQoLDA0ODw carol.pem'],
  async run(context, { key, file }) {
    const given = readCertificateFile(readGivenFile(file))
    const installer = { ...(await context.records()), hsm: await context.hsm() }
    const { chain, changed } = await installCertificate(installer, key, given, context.actor)
    const [own] = chain
    const until = own?.notAfter.toISOString() ?? ''
    const text = changed
      ? `Key ${key} has its certificate: ${own?.subject}, until ${until}.\n`
      : `Key ${key} had this certificate already.\n`
    return { data: { key, changed, subject: own?.subject, notAfter: until }, text }
  },
})
