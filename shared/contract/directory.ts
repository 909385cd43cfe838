import { z } from 'zod'
import { wireBytes } from './wire.ts'

const certificate = wireBytes(1, 64 * 1024)

/** `GET /directory/certificates?address=`: encryption certificates of that address, the preferred one first. */
export const directoryQuery = z.object({ address: z.string().min(3).max(320) })
export const directoryAnswer = z.object({
  certificates: z.array(z.object({ chain: z.array(certificate).min(1).max(10) })),
})

/** `GET /trust`: the company's anchors. */
export const trustAnswer = z.object({ anchors: z.array(certificate).min(1).max(100) })
