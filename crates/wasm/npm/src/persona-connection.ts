import { PersonaHost } from "#glue";

import { breathe } from "./breathe.js";
import { call } from "./call.js";
import { KeyhavenError } from "./error.js";
import { addressForm, composed } from "./normal-form.js";

/** Where the backups are, and how requests get there. */
export interface PersonaServer {
  /** Address of the API, such as `https://keys.example`. Its origin is bound into what is derived from a password. */
  readonly url: string | URL;
  /**
   * Sends requests instead of `globalThis.fetch`. It gets an address and `RequestInit`, without cookies, and must follow
   * no redirect. It, or the signal of a call, ends a request that takes too long.
   */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** What `PersonaBackup.remembered` said last on this device, so that a server that goes back in time is noticed. */
  readonly remembered?: string;
}

/** How far a call is. */
export interface PersonaProgress {
  /** What is being done; deriving a key takes about half a second, in which nothing else runs on this thread. */
  readonly doing: "asking" | "deriving-key" | "sealing" | "sending" | "fetching" | "opening" | "waiting";
  /** Units that are done. */
  readonly done: number;
  /** Units in all; `null` where there is nothing to count. */
  readonly total: number | null;
  readonly unit: "personas" | "bytes";
}

/** What every call takes. */
export interface PersonaOptions {
  /**
   * Ends the call: it rejects with the signal's reason. What it had sent may have been done; the next call sees what
   * is there.
   */
  readonly signal?: AbortSignal;
  /** Is told how far the call is, between its steps. */
  readonly onProgress?: (progress: PersonaProgress) => void;
}

/** A call on its way in wasm. @internal */
export interface Course<T> {
  /** Goes on; nothing while something is asked. */
  go(): T | undefined;
  /** Stops it. */
  stop(): void;
}

/** A call that is over. @internal */
export interface Ran<T> {
  /** What wasm says of it. */
  readonly shown: T;
  /** Contents that came back, by their numbers. */
  readonly contents: readonly Uint8Array[];
}

/** Answers what calls ask for. @internal */
export class Connection {
  readonly host: PersonaHost;
  readonly #base: string;
  readonly #fetch: NonNullable<PersonaServer["fetch"]>;
  /** Contents that came back in this call. */
  readonly #kept: Uint8Array[] = [];
  /** Why the last request had no answer. */
  #cause: unknown;
  /** Ends with the call that was begun last. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(server: PersonaServer) {
    const url = asUrl(server.url);
    this.#base = url.href.replace(/\/$/, "");
    this.#fetch = server.fetch ?? ((url, init) => globalThis.fetch(url, init));
    const surroundings = {
      draw: (place: Uint8Array<ArrayBuffer>): void => void crypto.getRandomValues(place),
      now: (): number => Date.now() / 1000,
      keep: (content: Uint8Array): number => this.#keep(content),
    };
    this.host = call(() => new PersonaHost(url.origin, server.remembered ?? "", surroundings));
  }

  /** Begins a call once those before it are over, since wasm has one place for a question and its answer, and runs it to its end. */
  async run<T>(course: Course<T>, begin: () => void, options: PersonaOptions): Promise<Ran<T>> {
    const ran = this.#last.then(() => this.#run(course, begin, options));
    this.#last = ran.then(nothing, nothing);
    return ran;
  }

  async #run<T>(course: Course<T>, begin: () => void, { signal, onProgress }: PersonaOptions): Promise<Ran<T>> {
    signal?.throwIfAborted();
    call(begin);
    try {
      for (;;) {
        const shown = call(() => course.go());
        const progress = call(() => this.host.progress() as ProgressValues | undefined);
        if (progress !== undefined) onProgress?.(progressOf(progress));
        if (shown !== undefined) return { shown, contents: this.#kept.splice(0) };
        signal?.throwIfAborted();
        await this.#answer(signal);
        signal?.throwIfAborted();
      }
    } catch (error) {
      course.stop();
      for (const content of this.#kept.splice(0)) content.fill(0);
      const isOffline = error instanceof KeyhavenError && error.code === "offline" && this.#cause !== undefined;
      throw isOffline ? new KeyhavenError(error.code, error.details, { cause: this.#cause }) : error;
    } finally {
      this.#cause = undefined;
    }
  }

  #keep(content: Uint8Array): number {
    try {
      return this.#kept.push(content.slice()) - 1;
    } catch {
      return -1;
    }
  }

  async #answer(signal: AbortSignal | undefined): Promise<void> {
    const question = call(() => this.host.question() as Question | undefined);
    if (question === undefined) throw new KeyhavenError("internal");
    if (isRequest(question)) return this.#send(question, signal);
    const [what, text] = question;
    if (text === undefined) {
      await pause(what as number, signal);
      call(() => this.host.answer());
    } else {
      const form = what === true ? addressForm(text) : composed(text);
      call(() => this.host.answer(form));
      form.fill(0);
      text.fill(0);
    }
  }

  async #send([method, path, body, max, ...headers]: RequestValues, signal: AbortSignal | undefined): Promise<void> {
    try {
      const pairs = Array.from({ length: headers.length / 2 }, (_, at) => [headers[2 * at], headers[2 * at + 1]] as [string, string]);
      const response = await this.#fetch(`${this.#base}${path}`, {
        method,
        headers: pairs,
        body: body.length === 0 ? null : body,
        credentials: "omit",
        cache: "no-store",
        redirect: "error",
        referrerPolicy: "no-referrer",
        signal: signal ?? null,
      });
      const answer = await read(response, max);
      const header = (name: string): string => response.headers.get(name) ?? "";
      if (answer === undefined) call(() => this.host.fail(1));
      else call(() => this.host.respond(response.status, header("etag"), header("retry-after"), header("x-request-id"), answer));
      answer?.fill(0);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof KeyhavenError) throw error;
      this.#cause = error;
      call(() => this.host.fail(0));
    } finally {
      body.fill(0);
    }
  }
}

function nothing(): void {}

/** A pause in seconds; whether a text is an address, and the text; a request. */
type Question = readonly [number | boolean, Uint8Array?] | RequestValues;
/** Method, path, body, the most bytes of an answer; then names and values of headers. */
type RequestValues = readonly [string, string, Uint8Array<ArrayBuffer>, number, ...string[]];
/** What is done; numbers, if any; and whether the first two of them are of items. */
type ProgressValues = readonly [PersonaProgress["doing"], ...number[], boolean];

function isRequest(question: Question): question is RequestValues {
  return typeof question[0] === "string";
}

function asUrl(text: string | URL): URL {
  try {
    const url = new URL(text);
    if (url.search === "" && url.hash === "" && url.username === "" && url.password === "") return url;
  } catch {
    // Below.
  }
  throw new KeyhavenError("invalid-server");
}

function progressOf(values: ProgressValues): PersonaProgress {
  const doing = values[0];
  const [done, total] = values.slice(1, -1) as number[];
  if (done === undefined || total === undefined) return { doing, done: 0, total: null, unit: "bytes" };
  return { doing, done, total, unit: values.at(-1) === true ? "personas" : "bytes" };
}

/** The body, piece by piece, so that one without an end is not read to it; nothing if it is longer than `max`. */
async function read(response: Response, max: number): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (let piece = await reader?.read(); piece?.value !== undefined; piece = await reader?.read()) {
    pieces.push(piece.value);
    length += piece.value.length;
    if (length > max) {
      await reader?.cancel();
      return undefined;
    }
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

async function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  if (seconds === 0) return breathe(signal === undefined ? {} : { signal });
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, seconds * 1000);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
