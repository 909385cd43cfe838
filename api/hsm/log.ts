/** Where the supervisor reports to. Fields hold ids, codes and counts, never keys, PINs or content. */
export type HsmLog = {
  info(event: string, fields: LogFields): void
  warn(event: string, fields: LogFields): void
}

export type LogFields = Readonly<Record<string, string | number | boolean | null>>
