import { KeyFile, KeyFileStart, type KeyFileSessionPass, type KeyFileTagPass, type OpenKeyFile } from "#glue";

import { answerAll, perform } from "./answering.js";
import { MAX_ROUNDS, asRounds, breathe, call, callLater, utf8, withSecret, type CallOptions } from "./call.js";
import { takeBatch, type ExportedSession, type SessionsRead, type SkippedSession } from "./session.js";

/** Options of {@link openKeyFile} and {@link readKeyFile}. */
export interface OpenKeyFileOptions extends CallOptions {
  /**
   * Most rounds that are derived; 10,000,000 by default, some seconds. The number stands in the file, whoever wrote it,
   * and is authenticated only after the work is done.
   */
  readonly maxRounds?: number;
}

/** A key file that was opened. */
export interface OpenedKeyFile extends SessionsRead {
  /** How often the hash was taken over the passphrase. */
  readonly rounds: number;
}

/** Sessions that cross at once: few enough for a page to stay smooth. */
const BATCH = 1000;

/**
 * Opens a key file: exported room keys under a passphrase. Every bad session is named in `skipped`, and the others open.
 *
 * For files of up to some hundred MB; {@link readKeyFile} takes any.
 *
 * @param file The file, its bytes, or its text.
 * @param passphrase As it was typed. Matrix hashes it byte by byte: outer spaces count, and so does its normal form.
 * @throws {KeyhavenError} `not-a-key-file`, `incomplete-file`, `damaged-file`, `damaged-header`, `unsupported-version`,
 *   `too-many-rounds`, `wrong-passphrase-or-damaged`, `not-sessions`, `empty-passphrase`, `passphrase-too-long`.
 * @see https://spec.matrix.org/v1.19/client-server-api/#key-exports
 */
export async function openKeyFile(
  file: string | Uint8Array | Blob,
  passphrase: string,
  options: OpenKeyFileOptions = {},
): Promise<OpenedKeyFile> {
  options.signal?.throwIfAborted();
  const maxRounds = asRounds(options.maxRounds ?? MAX_ROUNDS, "maxRounds");
  const bytes = await bytesOf(file);
  const sealed = call(() => new KeyFile(bytes));
  const { rounds } = sealed;
  options.onProgress?.({ done: 0, total: rounds, unit: "rounds" });
  const task = call(() => withSecret(passphrase, (typed) => sealed.open(typed, maxRounds)));
  const opened = await perform(task, options, (task) => task.toKeyFile());
  const sessions: ExportedSession[] = [];
  const skipped: SkippedSession[] = [];
  try {
    for await (const read of batchesOf(opened, options)) {
      for (const session of read.sessions) sessions.push(session);
      for (const one of read.skipped) skipped.push(one);
      options.onProgress?.({ done: sessions.length + skipped.length, total: null, unit: "sessions" });
    }
  } finally {
    opened.free();
  }
  return { sessions, skipped, rounds };
}

/**
 * Opens a key file of any size in a few MB of memory: reads it once to authenticate it, and once more to decrypt, in which
 * every piece is compared with what was authenticated. At most 1,000 sessions come at a time.
 *
 * Nothing is read before the first batch is asked for; leaving the loop ends the reading.
 *
 * @param file A file, such as one that was picked or dropped.
 * @throws {KeyhavenError} As {@link openKeyFile}, and `file-changed`.
 */
export async function* readKeyFile(
  file: Blob,
  passphrase: string,
  options: OpenKeyFileOptions = {},
): AsyncGenerator<SessionsRead, void, undefined> {
  const progress = new TwoReadings(file.size, options);
  const tags = await derive(file, passphrase, options);
  const pass = await authenticate(file, tags, progress, options);
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

async function derive(file: Blob, passphrase: string, options: OpenKeyFileOptions): Promise<KeyFileTagPass> {
  const maxRounds = asRounds(options.maxRounds ?? MAX_ROUNDS, "maxRounds");
  const start = call(() => new KeyFileStart());
  try {
    for await (const piece of piecesOf(file, options)) {
      if (call(() => start.push(piece))) break;
    }
    options.onProgress?.({ done: 0, total: start.rounds, unit: "rounds" });
  } catch (error) {
    start.free();
    throw error;
  }
  const task = call(() => withSecret(passphrase, (typed) => start.derive(typed, maxRounds)));
  return perform(task, options, (task) => task.toTagPass());
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
  for (let batch = call(() => opened.nextBatch(BATCH)); batch; batch = call(() => opened.nextBatch(BATCH))) {
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

/** Bytes that are read at once. */
const PIECE_BYTES = 1 << 20;

async function* piecesOf(file: Blob, options: CallOptions): AsyncGenerator<Uint8Array, void> {
  for (let start = 0; start < file.size; start += PIECE_BYTES) {
    options.signal?.throwIfAborted();
    yield new Uint8Array(await file.slice(start, start + PIECE_BYTES).arrayBuffer());
  }
}

async function bytesOf(file: string | Uint8Array | Blob): Promise<Uint8Array> {
  if (typeof file === "string") return utf8(file);
  return file instanceof Uint8Array ? file : new Uint8Array(await file.arrayBuffer());
}
