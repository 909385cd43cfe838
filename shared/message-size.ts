/** The longest message that is taken anywhere: what a generous mail server takes. */
export const MAX_MESSAGE_BYTES = 100 * 1024 * 1024
