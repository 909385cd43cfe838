// RFC 5322 §2.2: a field's name, a colon, its value, and lines that go on with it.
const TWO_FIELDS = /^(?:[!-9;-~]{1,64}:[ \t][^\r\n]*(?:\r?\n[ \t][^\r\n]*)*(?:\r?\n|$)){2}/

/** Whether a pasted text is meant as a message: it begins with two header fields, or is a PEM block. */
export function looksLikeMessage(text: string): boolean {
  const start = text.trimStart()
  return start.startsWith('-----BEGIN ') || TWO_FIELDS.test(start)
}
