// C0 and C1 controls, line and paragraph separators, marks that reorder or hide text (Unicode TR 36 §2.10),
// and lone surrogates.
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g

/**
 * One line of text from a mail that cannot disturb what is drawn around it: no control characters, no
 * line breaks, no bidirectional overrides, no invisible marks; white space is folded.
 */
export function displayText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\t\r\n]+/g, ' ')
    .replace(UNSAFE, '')
    .replace(/ {2,}/g, ' ')
    .trim()
}
