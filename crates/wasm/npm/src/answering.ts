import { breathe } from "./breathe.js";
import { callLater, type CallOptions } from "./call.js";

/** What wasm shows jobs to: an answer is filled in where it says, and a job is looked at. */
type Viewer =
  | { fill(place: Uint8Array): void }
  | {
      at(done: number, total: number, rounds: boolean): void;
      see(kind: Job["kind"], number: number, len: number, key: Bytes, parameter: Bytes, text: Bytes): void;
    };

type Bytes = Uint8Array<ArrayBuffer>;

/** An operation of wasm that asks for slow steps. @internal */
export interface Asking {
  /** Shows the job that wants an answer; `false` if none does. */
  show(viewer: Viewer): boolean;
  /** Has the viewer fill in the answer. */
  answer(viewer: Viewer): void;
  /** Does the next part of the job in wasm, and says how far it is. Whether there is more of the job. */
  run(viewer: Viewer): boolean;
}

/** A job as it lies in the memory of the wasm: every list is there only until wasm is called again. */
interface Job {
  readonly kind: 0 | 1 | 2;
  /** Rounds of a derivation, or bits of a counter. */
  readonly number: number;
  /** Bytes of the answer. */
  readonly len: number;
  readonly key: Bytes;
  /** The salt, or the counter block. */
  readonly parameter: Bytes;
  readonly text: Bytes;
}

/** By kind: the algorithm that a key is imported for, and its one use. */
const KEYS = [
  ["PBKDF2", "deriveBits"],
  [{ name: "HMAC", hash: "SHA-256" }, "sign"],
  ["AES-CTR", "encrypt"],
] as const;

/**
 * Answers the jobs of an operation until it is over, and gives what `finish` makes of it. It takes the operation over,
 * whatever becomes of it. @internal
 */
export async function perform<A extends Asking & { free(): void }, T>(
  asking: A,
  options: CallOptions,
  finish: (asking: A) => T,
): Promise<T> {
  // What is not begun is not ended either.
  if (options.signal?.aborted) asking.free();
  return callLater(options, async () => {
    try {
      await answerAll(asking, options);
    } catch (error) {
      asking.free();
      throw error;
    }
    return finish(asking);
  });
}

/** Answers jobs until none wants an answer. @internal */
export async function answerAll(asking: Asking, options: CallOptions): Promise<void> {
  const subtle = subtleOf(options);
  while (look(asking, options) !== undefined) {
    const answer = subtle === undefined ? undefined : await browserAnswer(subtle, asking, options);
    // Somebody may have aborted meanwhile.
    options.signal?.throwIfAborted();
    if (answer !== undefined) fill(asking, answer);
    else while (asking.run(viewerOf(options))) await breathe(options);
  }
}

/** The browser's primitives, where they are wanted and there. @internal */
export function subtleOf({ engine }: CallOptions): SubtleCrypto | undefined {
  return engine === "wasm" ? undefined : (globalThis.crypto as Crypto | undefined)?.subtle;
}

/** Tells how far it is, and nothing of the job. */
function viewerOf({ signal, onProgress }: CallOptions, see: (job: Job) => void = () => undefined): Viewer {
  return {
    at(done, total, rounds) {
      signal?.throwIfAborted();
      if (total > 0) onProgress?.({ done, total, unit: rounds ? "rounds" : "bytes" });
    },
    see: (kind, number, len, key, parameter, text) => see({ kind, number, len, key, parameter, text }),
  };
}

/** The job that wants an answer. */
function look(asking: Asking, options: CallOptions): Job | undefined {
  let seen: Job | undefined;
  asking.show(viewerOf(options, (job) => (seen = job)));
  return seen;
}

/** Puts the answer into wasm, and wipes it here. */
function fill(asking: Asking, answer: Uint8Array): void {
  asking.answer({
    fill(place) {
      place.set(answer);
      answer.fill(0);
    },
  });
}

/**
 * The answer of WebCrypto; nothing where it refuses, which is for wasm to say. It copies what it is handed before it
 * gives a promise, and keys cannot be read back.
 */
async function browserAnswer(subtle: SubtleCrypto, asking: Asking, options: CallOptions): Promise<Uint8Array | undefined> {
  const silent = { ...options, onProgress: undefined } as unknown as CallOptions;
  const first = look(asking, silent) as Job;
  try {
    const [algorithm, use] = KEYS[first.kind];
    const key = await subtle.importKey("raw", first.key, algorithm, false, [use]);
    options.signal?.throwIfAborted();
    // Once more: the memory may have grown while the key was imported.
    const job = look(asking, silent) as Job;
    const answer = new Uint8Array(await compute(subtle, key, job));
    return answer.length === job.len ? answer : undefined;
  } catch {
    return undefined;
  }
}

function compute(subtle: SubtleCrypto, key: CryptoKey, { kind, number, len, parameter, text }: Job): Promise<ArrayBuffer> {
  switch (kind) {
    case 0:
      return subtle.deriveBits({ name: "PBKDF2", hash: "SHA-512", salt: parameter, iterations: number }, key, len * 8);
    case 1:
      return subtle.sign("HMAC", key, text);
    case 2:
      return subtle.encrypt({ name: "AES-CTR", counter: parameter, length: number }, key, text);
  }
}
