import { PosternError } from '../errors.ts'

export function malformed(what: string): PosternError {
  return new PosternError('pkcs12/malformed', `The key file cannot be read: ${what}.`)
}

export function unsupported(what: string): PosternError {
  return new PosternError(
    'pkcs12/unsupported',
    `The key file is of a kind that is not read: ${what}.`,
  )
}

export function wrongPassword(): PosternError {
  return new PosternError('pkcs12/wrong-password', 'The password of the key file is wrong.')
}
