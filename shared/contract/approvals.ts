import { z } from 'zod'
import { factorProof } from './factor-proof.ts'
import { idSchema, instantSchema, wireBytes } from './wire.ts'

/** What an approval names: as many as the largest batch has entries. */
const MOST_DIGESTS = 50

/** Names an approval and spends it: 256 random bits. */
export const approvalToken = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

/** `POST /approvals`: a factor that is shown now, for exactly this. Good in this session alone. */
export const approvalRequest = z.discriminatedUnion('operation', [
  z.object({
    operation: z.literal('sign'),
    key: idSchema,
    /** Of the contents that are to be signed. */
    digests: z.array(wireBytes(32, 64)).min(1).max(MOST_DIGESTS),
    proof: factorProof,
  }),
  z.object({
    operation: z.literal('unwrap'),
    key: idSchema,
    /** SHA-256 of the `encryptedKey` of each recipient entry that is to be opened. */
    digests: z.array(wireBytes(32, 32)).min(1).max(MOST_DIGESTS),
    proof: factorProof,
  }),
])
export type ApprovalRequest = z.infer<typeof approvalRequest>

/** Answer, status 201. `usesLeft` is null where the key's policy approves for a while. */
export const approvalAnswer = z.object({
  approval: approvalToken,
  expiresAt: instantSchema,
  usesLeft: z.number().int().positive().nullable(),
})
export type ApprovalAnswer = z.infer<typeof approvalAnswer>
