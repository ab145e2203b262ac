import {
  KeyFile,
  KeyFileStart,
  type KeyFileSessionPass,
  type KeyFileTagPass,
  type OpenKeyFile,
  type SessionBatch,
} from "#glue";

import { answerAll, perform, subtleOf } from "./answering.js";
import { breathe } from "./breathe.js";
import { MAX_ROUNDS, asRounds, call, callLater, utf8, withSecret, type CallOptions } from "./call.js";
import { KeyhavenError } from "./error.js";
import { takeBatch, type ExportedSession, type SessionsRead, type SkippedSession } from "./session.js";

/** Options of {@link openKeyFile} and {@link readKeyFile}. */
export interface OpenKeyFileOptions extends CallOptions {
  /**
   * Most rounds that are derived; 10,000,000 by default, some seconds. The number stands in the file, whoever wrote it,
   * and is authenticated only after the work is done.
   */
  readonly maxRounds?: number;
  /**
   * Whether the Ed25519 key of each session has to be a point of its curve. Messengers check that when they import, and
   * it takes half of the time here; everything else is checked either way.
   */
  readonly points?: "checked" | "unchecked";
  /** Whether other forms of a passphrase are tried that does not fit: `"any"` by default. */
  readonly forms?: "any" | "as-typed";
}

/** A key file that was opened. */
export interface OpenedKeyFile extends SessionsRead {
  /** How often the hash was taken over the passphrase. */
  readonly rounds: number;
  /** Whether the passphrase fitted as it was typed, and not in another of its forms. */
  readonly asTyped: boolean;
}

/** Sessions that cross at once: few enough for a page to stay smooth. */
const BATCH = 1000;
/**
 * Files that are opened in one reading, all of them in memory: what that does at once is short enough for a page. Where the
 * wasm is alone, it is not, beyond a piece.
 */
const WHOLE_MAX_BYTES = 1 << 24;

/** Most rounds of a file for which more than one form of a passphrase is tried. */
const FORMS_MAX_ROUNDS = 1_000_000;

/** A file that is being read. */
interface Reading {
  readonly rounds: number;
  /** To be read, or nothing is freed. */
  readonly batches: AsyncGenerator<SessionsRead, void>;
}

/**
 * Opens a key file: exported room keys under a passphrase. Every bad session is named in `skipped`, and the others open.
 *
 * All sessions are in memory together: {@link readKeyFile} is for files of hundreds of MB.
 *
 * @param file The file, its bytes, or its text.
 * @param passphrase As it was typed. Matrix hashes it byte by byte: outer spaces count, and so does its normal form. Where
 *   it does not fit and the file has at most 1,000,000 rounds, its other forms are tried: Unicode NFC and NFD, and each
 *   without outer spaces. A passphrase in ASCII without them has one form.
 * @throws {KeyhavenError} `not-a-key-file`, `incomplete-file`, `damaged-file`, `damaged-header`, `unsupported-version`,
 *   `too-many-rounds`, `wrong-passphrase-or-damaged`, `not-sessions`, `empty-passphrase`, `passphrase-too-long`,
 *   `unreadable-file`, and
 *   `file-changed` while it was read.
 * @see https://spec.matrix.org/v1.19/client-server-api/#key-exports
 */
export async function openKeyFile(
  file: string | Uint8Array | Blob,
  passphrase: string,
  options: OpenKeyFileOptions = {},
): Promise<OpenedKeyFile> {
  options.signal?.throwIfAborted();
  const len = file instanceof Blob ? file.size : file.length;
  const read = (form: string, options: OpenKeyFileOptions): Promise<Reading> =>
    len > (subtleOf(options) === undefined ? PIECE_BYTES : WHOLE_MAX_BYTES)
      ? inPieces(file instanceof Blob ? file : new Blob([file as BlobPart]), form, options)
      : whole(file, form, options);
  const { rounds, batches, asTyped } = await inAnyForm(passphrase, options, read);
  const sessions: ExportedSession[] = [];
  const skipped: SkippedSession[] = [];
  for await (const read of batches) {
    for (const session of read.sessions) sessions.push(session);
    for (const one of read.skipped) skipped.push(one);
    options.onProgress?.({ done: sessions.length + skipped.length, total: null, unit: "sessions" });
  }
  return { sessions, skipped, rounds, asTyped };
}

/**
 * Opens a key file of any size in a few MB of memory: reads it once to authenticate it, and once more to decrypt, in which
 * every piece is compared with what was authenticated. At most 1,000 sessions come at a time.
 *
 * Nothing is read before the first batch is asked for; leaving the loop ends the reading.
 *
 * @param file A file, such as one that was picked or dropped.
 * @param passphrase As in {@link openKeyFile}.
 * @throws {KeyhavenError} As {@link openKeyFile}.
 */
export async function* readKeyFile(
  file: Blob,
  passphrase: string,
  options: OpenKeyFileOptions = {},
): AsyncGenerator<SessionsRead, void, undefined> {
  const read = (form: string, options: OpenKeyFileOptions): Promise<Reading> => inPieces(file, form, options);
  yield* (await inAnyForm(passphrase, options, read)).batches;
}

/** Reads with the passphrase as it is, and if it does not fit in its other forms. The first error is told. */
async function inAnyForm(
  passphrase: string,
  options: OpenKeyFileOptions,
  read: (form: string, options: OpenKeyFileOptions) => Promise<Reading>,
): Promise<Reading & { asTyped: boolean }> {
  try {
    return { ...(await read(passphrase, options)), asTyped: true };
  } catch (error) {
    const isWrong = error instanceof KeyhavenError && error.code === "wrong-passphrase-or-damaged";
    if (!isWrong || options.forms === "as-typed") throw error;
    const cheap = { ...options, maxRounds: Math.min(options.maxRounds ?? MAX_ROUNDS, FORMS_MAX_ROUNDS) };
    for (const form of otherFormsOf(passphrase)) {
      try {
        return { ...(await read(form, cheap)), asTyped: false };
      } catch {
        options.signal?.throwIfAborted();
      }
    }
    throw error;
  }
}

function otherFormsOf(passphrase: string): Set<string> {
  const forms = [passphrase, passphrase.normalize("NFC"), passphrase.normalize("NFD")];
  const others = new Set([...forms, ...forms.map((form) => form.trim())]);
  others.delete(passphrase);
  others.delete("");
  return others;
}

async function whole(file: string | Uint8Array | Blob, passphrase: string, options: OpenKeyFileOptions): Promise<Reading> {
  const maxRounds = asRounds(options.maxRounds ?? MAX_ROUNDS, "maxRounds");
  const bytes = await bytesOf(file);
  const sealed = call(() => new KeyFile(bytes.length));
  let rounds: number;
  try {
    for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
      if (start > 0) await breathe(options);
      call(() => sealed.push(bytes.subarray(start, start + PIECE_BYTES)));
    }
    rounds = call(() => sealed.end());
  } catch (error) {
    sealed.free();
    throw error;
  }
  const task = call(() => withSecret(passphrase, (typed) => sealed.open(typed, maxRounds)));
  const opened = await perform(task, options, (task) => task.toKeyFile());
  return { rounds, batches: batchesAndEnd(opened, options) };
}

async function* batchesAndEnd(opened: OpenKeyFile, options: OpenKeyFileOptions): AsyncGenerator<SessionsRead, void> {
  try {
    yield* batchesOf(opened, options);
  } finally {
    opened.free();
  }
}

async function inPieces(file: Blob, passphrase: string, options: OpenKeyFileOptions): Promise<Reading> {
  const progress = new TwoReadings(file.size, options);
  const { rounds, tags } = await derive(file, passphrase, options);
  const pass = await authenticate(file, tags, progress, options);
  return { rounds, batches: secondReading(file, pass, progress, options) };
}

async function* secondReading(
  file: Blob,
  pass: KeyFileSessionPass,
  progress: TwoReadings,
  options: OpenKeyFileOptions,
): AsyncGenerator<SessionsRead, void> {
  try {
    for await (const piece of piecesOf(file, options)) {
      call(() => pass.push(piece));
      await callLater(options, () => answerAll(pass, options));
      progress.add(piece.length);
      yield* batchesOf(pass, options);
    }
    call(() => pass.end());
    await callLater(options, () => answerAll(pass, options));
    yield* batchesOf(pass, options);
  } finally {
    pass.free();
  }
}

async function derive(
  file: Blob,
  passphrase: string,
  options: OpenKeyFileOptions,
): Promise<{ rounds: number; tags: KeyFileTagPass }> {
  const maxRounds = asRounds(options.maxRounds ?? MAX_ROUNDS, "maxRounds");
  const start = call(() => new KeyFileStart());
  try {
    for await (const piece of piecesOf(file, options)) {
      if (call(() => start.push(piece))) break;
    }
  } catch (error) {
    start.free();
    throw error;
  }
  const { rounds } = start;
  const task = call(() => withSecret(passphrase, (typed) => start.derive(typed, maxRounds)));
  return { rounds, tags: await perform(task, options, (task) => task.toTagPass()) };
}

async function authenticate(
  file: Blob,
  tags: KeyFileTagPass,
  progress: TwoReadings,
  options: OpenKeyFileOptions,
): Promise<KeyFileSessionPass> {
  try {
    for await (const piece of piecesOf(file, options)) {
      call(() => tags.push(piece));
      progress.add(piece.length);
      await breathe(options);
    }
  } catch (error) {
    tags.free();
    throw error;
  }
  return call(() => tags.finish());
}

async function* batchesOf(
  opened: OpenKeyFile | KeyFileSessionPass,
  options: OpenKeyFileOptions,
): AsyncGenerator<SessionsRead, void> {
  const next = (): SessionBatch | undefined => call(() => opened.nextBatch(BATCH, options.points !== "unchecked"));
  for (let batch = next(); batch; batch = next()) {
    yield takeBatch(batch);
    await breathe(options);
  }
}

/** Bytes of both readings. */
class TwoReadings {
  #done = 0;
  readonly #total: number;
  readonly #options: CallOptions;

  constructor(size: number, options: CallOptions) {
    this.#total = 2 * size;
    this.#options = options;
  }

  add(bytes: number): void {
    this.#done += bytes;
    this.#options.onProgress?.({ done: this.#done, total: this.#total, unit: "bytes" });
  }
}

/** Most bytes that are worked on at once. */
const PIECE_BYTES = 1 << 20;

/**
 * Pieces of a file, by one stream: a slice for each takes ten times as long, and leaves its memory to a collector that
 * comes late. The memory of one is used again for the next, where the platform does not hand out its own.
 */
async function* piecesOf(file: Blob, options: CallOptions): AsyncGenerator<Uint8Array, void> {
  const reader = readerOf(file.stream());
  let memory = new ArrayBuffer(PIECE_BYTES);
  try {
    for (;;) {
      const { done, value } = await reader.read(new Uint8Array(memory)).catch(unreadable);
      if (done) return;
      for (let start = 0; start < value.length; start += PIECE_BYTES) {
        options.signal?.throwIfAborted();
        yield value.subarray(start, start + PIECE_BYTES);
      }
      memory = value.buffer;
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

/** A reader without memory of the caller's looks at none. */
function readerOf(stream: ReadableStream<Uint8Array>): ReadableStreamBYOBReader {
  try {
    return stream.getReader({ mode: "byob" });
  } catch {
    return stream.getReader() as unknown as ReadableStreamBYOBReader;
  }
}

async function bytesOf(file: string | Uint8Array | Blob): Promise<Uint8Array> {
  if (typeof file === "string") return utf8(file);
  return file instanceof Uint8Array ? file : new Uint8Array(await file.arrayBuffer().catch(unreadable));
}

/** What the platform says of a file, under a name of ours. */
function unreadable(cause: unknown): never {
  throw new KeyhavenError("unreadable-file", {}, { cause });
}
