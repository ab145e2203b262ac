import { KeyhavenError, errorOf } from "./error.js";
import { assertReady } from "./load.js";

/** How far an operation is. */
export interface Progress {
  /** Units that are done. */
  readonly done: number;
  /** Units in all; `null` where that is not known before the end. */
  readonly total: number | null;
  /** Rounds of a derivation, bytes of a file, sessions, or entries of a backup. */
  readonly unit: "rounds" | "bytes" | "sessions" | "entries";
}

/** What everything takes that can last longer than 50 ms. */
export interface CallOptions {
  /** Ends the operation: it rejects with the signal's reason at once. */
  readonly signal?: AbortSignal;
  /** Is told how far the operation is, at its start and between its steps. */
  readonly onProgress?: (progress: Progress) => void;
  /**
   * Who does PBKDF2, HMAC and bulk AES: `"webcrypto"` (the default) the browser, and wasm what it does not do;
   * `"wasm"` the wasm alone. The results are the same.
   */
  readonly engine?: "webcrypto" | "wasm";
}

/** Calls wasm, and throws what it throws as an error. @internal */
export function call<T>(run: () => T): T {
  assertReady();
  try {
    return run();
  } catch (thrown) {
    throw errorOf(thrown);
  }
}

/** {@link call} for what answers later. Whoever waits is let go at once when the signal says so; what comes after that is freed. @internal */
export async function callLater<T>(options: CallOptions, run: () => Promise<T>): Promise<T> {
  assertReady();
  const { signal } = options;
  signal?.throwIfAborted();
  const answer = run().catch((thrown: unknown) => {
    throw errorOf(thrown);
  });
  if (signal === undefined) return answer;
  return new Promise<T>((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    answer
      .then((value) => {
        if (signal.aborted) free(value);
        else resolve(value);
      }, reject)
      .finally(() => signal.removeEventListener("abort", stop));
  });
}

function free(value: unknown): void {
  if (typeof value === "object" && value !== null && "free" in value) (value as { free(): void }).free();
}

const encoder = new TextEncoder();

/** Hands a secret text over as bytes, of which no copy stays here. @internal */
export function withSecret<T>(text: string, use: (bytes: Uint8Array) => T): T {
  if (typeof text !== "string") throw new KeyhavenError("invalid-argument", { argument: "a secret that is a string" });
  const bytes = encoder.encode(text);
  try {
    return use(bytes);
  } finally {
    bytes.fill(0);
  }
}

/** {@link withSecret} for two. @internal */
export function withSecrets<T>(one: string, other: string, use: (one: Uint8Array, other: Uint8Array) => T): T {
  return withSecret(one, (one) => withSecret(other, (other) => use(one, other)));
}

/** A text that is no secret, as bytes. @internal */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Random bytes of the platform. @internal */
export function drawn(len: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(len));
}

/** A number of rounds, as 32 bits. @internal */
export function asRounds(rounds: number, argument: string): number {
  if (!Number.isInteger(rounds) || rounds < 0 || rounds > 0xffff_ffff) throw new KeyhavenError("invalid-argument", { argument });
  return rounds;
}

/** Most rounds that are derived, unless the caller says otherwise. @internal */
export const MAX_ROUNDS = 10_000_000;

/** Makes `using` work where it is known. @internal */
export function makeDisposable(handle: { readonly prototype: { free(): void } }): void {
  const dispose = Symbol.dispose as symbol | undefined;
  if (dispose === undefined) return;
  Object.defineProperty(handle.prototype, dispose, {
    value(this: { free(): void }): void {
      this.free();
    },
  });
}
