import type { EntriesAnswer } from "./entries.js";
import type { KeyhavenError } from "./error.js";
import { listen } from "./listen.js";
import type { Order, Report } from "./worker-messages.js";
import type { StartedWorker } from "./workers.js";

/** Entries that wait for their answer. @internal */
export interface Ask {
  readonly lines: Uint8Array<ArrayBuffer>;
  readonly resolve: (answer: EntriesAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** What a worker does besides answering. @internal */
export interface HandEvents {
  /** It has less before it. */
  answered(): void;
  /** Nothing more comes of it. */
  lost(error: KeyhavenError): void;
}

/** Seconds without a word of a worker with work before it is given up: browsers do not tell of one that was ended. */
const SILENCE = 30;
/** Milliseconds that a worker has to wipe its key, before it is ended with its memory. */
const LAST = 1000;

/** One worker, from its start to its end. @internal */
export class Hand {
  readonly #worker: StartedWorker;
  readonly #Failure: typeof KeyhavenError;
  readonly #events: HandEvents;
  /** In the order in which they are answered. */
  readonly #asked: Ask[] = [];
  #isStarted = false;
  #isOver = false;
  #silent = 0;
  #late: ReturnType<typeof setTimeout> | undefined;
  #tellOver: (() => void) | undefined;

  constructor(worker: StartedWorker, Failure: typeof KeyhavenError, events: HandEvents) {
    this.#worker = worker;
    this.#Failure = Failure;
    this.#events = events;
    listen(worker, { heard: (report) => this.#hear(report), lost: (cause) => this.#lose(cause) });
  }

  /** How many answers are wanted of it. */
  get load(): number {
    return this.#asked.length;
  }

  /** @param key Goes over to the worker, and is nothing here afterwards. */
  start(module: WebAssembly.Module, key: Uint8Array<ArrayBuffer>): void {
    this.#post({ kind: "start", build: KEYHAVEN_BUILD, module, key }, [key.buffer]);
  }

  open(ask: Ask): void {
    this.#asked.push(ask);
    this.#holdProcess();
    this.#post({ kind: "open", lines: ask.lines }, [ask.lines.buffer]);
  }

  /** Once a second. */
  tick(): void {
    if (this.load > 0 && (this.#silent += 1) >= SILENCE) this.#lose("it is silent");
  }

  /** What it was asked and has not answered, of which nothing is wanted any more. */
  drop(): Ask[] {
    return this.#asked.splice(0);
  }

  /** Has it wipe its key, and ends it. */
  dismiss(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isOver) return resolve();
      this.#tellOver = resolve;
      this.#late = setTimeout(() => this.#end(), LAST);
      this.#post({ kind: "end" }, []);
    });
  }

  #hear(report: Report): void {
    this.#silent = 0;
    switch (report.kind) {
      case "started":
        this.#isStarted = true;
        return;
      case "opened":
        this.#asked.shift()?.resolve(report.answer);
        this.#holdProcess();
        return this.#events.answered();
      case "failed":
        return this.#lose(new this.#Failure(report.code, report.details, { cause: report.message }));
      case "ended":
        return this.#end();
    }
  }

  #lose(cause: unknown): void {
    if (this.#isOver) return;
    this.#end();
    const isNamed = this.#isStarted && cause instanceof this.#Failure;
    this.#events.lost(isNamed ? cause : new this.#Failure(this.#isStarted ? "worker-ended" : "no-workers", {}, { cause }));
  }

  #end(): void {
    this.#isOver = true;
    clearTimeout(this.#late);
    this.#worker.terminate();
    this.#tellOver?.();
  }

  #post(order: Order, transfer: ArrayBuffer[]): void {
    this.#worker.postMessage(order, transfer);
  }

  /** Node.js runs for as long as somebody waits for a worker, and not for one that waits. */
  #holdProcess(): void {
    const worker = this.#worker as { ref?(): void; unref?(): void };
    if (this.load > 0) worker.ref?.();
    else worker.unref?.();
  }
}
