/** The few calls of node-forge that `legacy-ciphers.ts` makes, by file: the whole library is never loaded. */
interface ByteBuffer {
  getBytes(): string
}

declare module 'node-forge/lib/util.js' {
  const util: { createBuffer(octets: Uint8Array): ByteBuffer }
  export = util
}

declare module 'node-forge/lib/cipher.js' {
  const cipher: {
    createDecipher(
      name: '3DES-CBC',
      key: ByteBuffer,
    ): {
      readonly output: ByteBuffer
      start(options: { iv: ByteBuffer }): void
      update(input: ByteBuffer): void
    }
  }
  export = cipher
}

declare module 'node-forge/lib/des.js' {}

declare module 'node-forge/lib/rc2.js' {
  const rc2: {
    createDecryptionCipher(
      key: ByteBuffer,
      effectiveBits: number,
    ): {
      readonly output: ByteBuffer
      start(iv: ByteBuffer): void
      update(input: ByteBuffer): void
    }
  }
  export = rc2
}
