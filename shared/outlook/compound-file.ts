/** Compound File Binary, the file system in which Outlook keeps a message ([MS-CFB]). */
import { type Bytes, concat } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import { isCompoundFile } from './signatures.ts'

/** A folder of the file: its streams by name, and the folders below it. */
export type Storage = {
  readonly streams: ReadonlyMap<string, Stream>
  readonly storages: ReadonlyMap<string, Storage>
}
export type Stream = {
  readonly size: number
  /** A copy of its bytes. @throws PosternError `mime/malformed` where a chain of sectors is broken */
  read(): Bytes
}

const ENTRY = 128 // octets of a directory entry (§2.6.1)
const MINI_SECTOR = 64
const MINI_CUTOFF = 4096 // streams below lie in the mini stream (§2.2)
const MAX_ENTRIES = 20_000 // a message with a hundred attachments and recipients has 5000
const MAX_DEPTH = 10 // a message attached to a message takes two
const NONE = 0xffffffff

/**
 * Reads the directory of a compound file. Streams are read when asked for.
 * @throws PosternError `mime/malformed`, `mime/limit`
 */
export function parseCompoundFile(bytes: Bytes): Storage {
  if (bytes.length < 512 || !isCompoundFile(bytes)) throw malformed()
  const file = new Sectors(bytes)
  const directory = file.readChain(file.header(48), null)
  if (directory.length < ENTRY) throw malformed()
  if (directory.length > MAX_ENTRIES * ENTRY)
    throw new PosternError('mime/limit', 'The Outlook file is too large.')
  const view = new DataView(directory.buffer)
  const root = { start: view.getUint32(116, true), size: view.getUint32(120, true) }
  const tree = new Tree(directory, file, root)
  return tree.storage(0, 0)
}

/** Sectors and the chains that they form (§2.3). */
class Sectors {
  readonly #bytes: Bytes
  readonly #view: DataView
  readonly #size: number
  readonly #fat: readonly number[]

  constructor(bytes: Bytes) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const shift = this.#view.getUint16(30, true)
    if (shift !== 9 && shift !== 12) throw malformed()
    this.#size = 2 ** shift
    this.#fat = this.#readFatSectors()
  }

  header(at: number): number {
    return this.#view.getUint32(at, true)
  }

  /** The sectors of a chain, one after the other; `length: null` for all of them. */
  readChain(start: number, length: number | null): Bytes {
    if (length !== null && length > this.#bytes.length) throw malformed()
    const most = Math.ceil((length ?? this.#bytes.length) / this.#size)
    const pieces: Bytes[] = []
    let sector = start
    while (pieces.length < most && sector < this.#count) {
      pieces.push(this.#sector(sector))
      sector = this.#next(sector)
    }
    const whole = concat(...pieces)
    if (length === null) return whole
    if (whole.length < length) throw malformed()
    return whole.subarray(0, length)
  }

  get #count(): number {
    return Math.ceil(this.#bytes.length / this.#size) - 1
  }

  #sector(index: number): Bytes {
    const at = (index + 1) * this.#size
    return this.#bytes.subarray(at, at + this.#size)
  }

  #next(sector: number): number {
    const perSector = this.#size / 4
    const fat = this.#fat[Math.floor(sector / perSector)] ?? NONE
    return this.#word(fat, sector % perSector)
  }

  #word(sector: number, index: number): number {
    const at = (sector + 1) * this.#size + index * 4
    return at + 4 <= this.#bytes.length ? this.#view.getUint32(at, true) : NONE
  }

  /** From the header, then from sectors of their own (§2.5). */
  #readFatSectors(): number[] {
    const fat: number[] = []
    for (let index = 0; index < 109; index++) fat.push(this.header(76 + index * 4))
    const perSector = this.#size / 4 - 1
    let more = this.header(68)
    for (let seen = 0; more < this.#count && seen < this.#count; seen++) {
      for (let index = 0; index < perSector; index++) fat.push(this.#word(more, index))
      more = this.#word(more, perSector)
    }
    return fat.filter((sector) => sector < this.#count).slice(0, this.#count)
  }
}

type Place = { readonly start: number; readonly size: number }

/** The directory as storages and streams (§2.6). */
class Tree {
  readonly #directory: Bytes
  readonly #view: DataView
  readonly #file: Sectors
  readonly #root: Place
  readonly #seen = new Set<number>()
  #mini: { readonly stream: Bytes; readonly next: DataView } | null = null

  constructor(directory: Bytes, file: Sectors, root: Place) {
    this.#directory = directory
    this.#view = new DataView(directory.buffer)
    this.#file = file
    this.#root = root
  }

  storage(id: number, depth: number): Storage {
    const streams = new Map<string, Stream>()
    const storages = new Map<string, Storage>()
    const open = [this.#word(id, 76)]
    for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
      if ((entry + 1) * ENTRY > this.#directory.length || this.#seen.has(entry)) continue
      this.#seen.add(entry)
      open.push(this.#word(entry, 68), this.#word(entry, 72)) // its siblings to either side
      const type = this.#directory[entry * ENTRY + 66]
      if (type === 2) streams.set(this.#name(entry), this.#stream(entry))
      else if (type === 1 && depth < MAX_DEPTH) {
        storages.set(this.#name(entry), this.storage(entry, depth + 1))
      }
    }
    return { streams, storages }
  }

  #stream(entry: number): Stream {
    const place = { start: this.#word(entry, 116), size: this.#word(entry, 120) }
    return {
      size: place.size,
      read: () =>
        place.size < MINI_CUTOFF
          ? this.#readMini(place)
          : this.#file.readChain(place.start, place.size),
    }
  }

  #readMini({ start, size }: Place): Bytes {
    this.#mini ??= {
      stream: this.#file.readChain(this.#root.start, this.#root.size),
      next: new DataView(this.#file.readChain(this.#file.header(60), null).buffer),
    }
    const { stream, next } = this.#mini
    const pieces: Bytes[] = []
    let sector = start
    while (pieces.length * MINI_SECTOR < size) {
      const at = sector * MINI_SECTOR
      if (at >= stream.length) throw malformed()
      pieces.push(stream.subarray(at, at + MINI_SECTOR))
      sector = sector * 4 + 4 <= next.byteLength ? next.getUint32(sector * 4, true) : NONE
    }
    return concat(...pieces).subarray(0, size)
  }

  #word(entry: number, at: number): number {
    return this.#view.getUint32(entry * ENTRY + at, true)
  }

  #name(entry: number): string {
    const at = entry * ENTRY
    const length = Math.min(Math.max(this.#view.getUint16(at + 64, true) - 2, 0), 62)
    return new TextDecoder('utf-16le').decode(this.#directory.subarray(at, at + length))
  }
}

function malformed(): PosternError {
  return new PosternError('mime/malformed', 'The Outlook file is damaged.')
}
