const OUTSIDE = '[...]' // RFC 9788 §11.2: what stands outside when the real subject is inside the encryption

/** A subject as it is shown. */
export function subjectWords(subject: string): string {
  if (subject === OUTSIDE) return 'Protected subject'
  return subject === '' ? '(no subject)' : subject
}
