/**
 * The way to the key service, shaped like `fetch`: today the other app's own function in this process, or
 * a socket to another one. Rejects only when it cannot be reached. The answer's headers
 * may be changed.
 */
export type KeyServicePort = (request: Request) => Promise<Response>
