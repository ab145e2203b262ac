import { startBeside } from "#start-worker";

import type { DecryptSessionsOptions } from "./backup.js";
import type { EntriesAnswer } from "./entries.js";
import type { KeyhavenError } from "./error.js";
import { Hand, type Ask } from "./hand.js";
import type { StartedWorker } from "./workers.js";

/** What the entry has that asks: there is one of each. @internal */
export interface Asker {
  readonly module: WebAssembly.Module;
  readonly KeyhavenError: typeof KeyhavenError;
  /** Shows the private key, where it lies in the wasm, to whoever copies it. */
  show(viewer: { fill(place: Uint8Array<ArrayBuffer>): void }): void;
}

/** Orders that lie before a worker, with the one it works at: it need not wait for the next, and few are lost when it ends. */
const ORDERS = 2;

/** Workers with the same key, for one call. @internal */
export class Crew {
  readonly #hands: Hand[] = [];
  readonly #waiting: Ask[] = [];
  readonly #signal: AbortSignal | undefined;
  readonly #clock: ReturnType<typeof setInterval>;
  #failure: { readonly error: unknown } | undefined;
  #dismissed: Promise<unknown> | undefined;

  /** @throws {KeyhavenError} `no-workers`. */
  constructor({ module, KeyhavenError, show }: Asker, { signal, startWorker }: DecryptSessionsOptions, count: number) {
    this.#signal = signal;
    this.#clock = setInterval(() => this.#hands.forEach((hand) => hand.tick()), 1000);
    // In Node.js, where this alone keeps nobody waiting.
    (this.#clock as { unref?(): void }).unref?.();
    const events = { answered: () => this.#handOut(), lost: (error: unknown) => this.#fail(error) };
    const keys: Uint8Array<ArrayBuffer>[] = [];
    try {
      show({ fill: (place) => keys.push(...Array.from({ length: count }, () => place.slice())) });
      for (const key of keys) {
        const hand = new Hand(started(startWorker ?? startBeside, KeyhavenError), KeyhavenError, events);
        this.#hands.push(hand);
        hand.start(module, key);
      }
    } catch (error) {
      void this.dismiss();
      throw error;
    } finally {
      // Those that went over are not here any more, and cannot be filled.
      for (const key of keys) if (key.length > 0) key.fill(0);
    }
    signal?.addEventListener("abort", this.#stop);
  }

  /** Has entries opened, by whichever worker is first to be free. */
  open(lines: Uint8Array<ArrayBuffer>): Promise<EntriesAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure.error);
      this.#waiting.push({ lines, resolve, reject });
      this.#handOut();
    });
  }

  /** Has all of them wipe the key and end, and says when they have. */
  async dismiss(): Promise<void> {
    clearInterval(this.#clock);
    this.#waiting.length = 0;
    this.#signal?.removeEventListener("abort", this.#stop);
    this.#dismissed ??= Promise.all(this.#hands.map((hand) => hand.dismiss()));
    await this.#dismissed;
  }

  readonly #stop = (): void => this.#fail(this.#signal?.reason);

  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = { error };
    for (const ask of [...this.#waiting.splice(0), ...this.#hands.flatMap((hand) => hand.drop())]) ask.reject(error);
    void this.dismiss();
  }

  #handOut(): void {
    while (this.#waiting.length > 0) {
      const freest = this.#hands.reduce((one, other) => (other.load < one.load ? other : one));
      if (freest.load >= ORDERS) return;
      freest.open(this.#waiting.shift() as Ask);
    }
  }
}

function started(start: () => StartedWorker, Failure: typeof KeyhavenError): StartedWorker {
  try {
    return start();
  } catch (cause) {
    throw new Failure("no-workers", {}, { cause });
  }
}
