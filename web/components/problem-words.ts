import type { ErrorCode, PosternError } from '#shared/errors.ts'
import type { IconName } from './icons.ts'

type Words = { readonly icon: IconName; readonly title: string; readonly advice: string }
/** `named`: the error's own sentence says who or what, and stands before the advice. */
type Known = Words & { readonly named?: true }

const WORDS: Partial<Record<ErrorCode, Known>> = {
  'key/disabled': {
    icon: 'key',
    title: 'This key is switched off',
    advice:
      'Your company has switched off the key that this needs, so Postern may not use it. Nothing is lost. When an administrator switches it on again, try once more.',
  },
  'key/retired': {
    icon: 'key',
    title: 'This key is no longer in use',
    advice: 'The key that this needs has been retired. Ask your administrator what to do.',
  },
  'key/not-found': {
    icon: 'key',
    title: 'This key is gone',
    advice: 'The key that this needs does not exist any more. Ask your administrator what to do.',
  },
  'certificate/unfit': {
    icon: 'seal',
    title: 'This certificate does not fit',
    advice: 'Nothing was changed.',
    named: true,
  },
  'quota/exceeded': {
    icon: 'warning',
    title: 'Too many key operations',
    advice: 'Your key has been used very often in a short time. Wait a little, then try again.',
  },
  'openid/unreachable': {
    icon: 'offline',
    title: 'The other place cannot be reached',
    advice: 'Postern is running, but the place where you sign in does not answer. Try again.',
  },
  'approval/required': {
    icon: 'lock',
    title: 'Please confirm this',
    advice: 'Your company wants you to confirm this use of your key with a code or a passkey.',
  },
  'approval/spent': {
    icon: 'lock',
    title: 'Please confirm once more',
    advice: 'The confirmation was used already, or its time is over. Enter a new code.',
  },
  'factor/last': {
    icon: 'warning',
    title: 'This one has to stay',
    advice: 'It is the last way to prove who you are. Add another one first.',
  },
  'change/needs-second': {
    icon: 'info',
    title: 'This takes two',
    advice: 'Another administrator has to confirm the change.',
    named: true,
  },
  'user/taken': {
    icon: 'warning',
    title: 'Taken already',
    advice: 'Choose another username or address.',
    named: true,
  },
  'user/last-admin': {
    icon: 'warning',
    title: 'The last administrator has to stay',
    advice: 'Give the role to somebody else first.',
  },
  'service/busy': {
    icon: 'warning',
    title: 'Postern is busy',
    advice:
      'Too much is asked for at once, or the server is being restarted. Try again in a moment.',
  },
  'policy/denied': {
    icon: 'warning',
    title: 'Not allowed',
    advice: 'Your company’s rules do not allow this. Ask your administrator.',
  },
  'seal/no-certificate': {
    icon: 'lock',
    title: 'Somebody could not read it',
    advice: 'Take them out of the recipients.',
    named: true,
  },
  'seal/bad-draft': {
    icon: 'warning',
    title: 'This cannot be written as a message',
    advice: 'An address, a name or the subject holds a character that mail cannot carry.',
  },
  'mail/rejected': {
    icon: 'warning',
    title: 'The mail server refused it',
    advice: 'Check the addresses of the recipients.',
  },
  'mail/not-found': {
    icon: 'mail',
    title: 'This message is not here',
    advice: 'It was moved or deleted, perhaps on another device.',
  },
  'mail/unreachable': {
    icon: 'offline',
    title: 'The mail server does not answer',
    advice: 'Postern is running, but your mailbox cannot be reached. Try again in a moment.',
  },
  'network/offline': {
    icon: 'offline',
    title: 'The server cannot be reached',
    advice: 'Postern keeps trying by itself. Everything you opened or wrote stays here.',
  },
  'operation/cancelled': {
    icon: 'info',
    title: 'Cancelled',
    advice: 'You stopped this before it was done.',
  },
}

/** What to tell the user about an error: what happened, and what they can do. */
export function wordsFor(error: PosternError): Words {
  const title = 'This did not work'
  const { named, ...words } = WORDS[error.code] ?? { icon: 'warning', title, advice: error.message }
  return named === true ? { ...words, advice: `${error.message} ${words.advice}` } : words
}
