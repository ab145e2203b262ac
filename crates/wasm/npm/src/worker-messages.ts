/** What a worker and the thread that started it say to each other. Each side takes the other's messages in order. */

import type { EntriesAnswer } from "./entries.js";
import type { ErrorDetails, KeyhavenErrorCode } from "./error.js";

/** To a worker. @internal */
export type Order =
  /** The first: which build this is, the wasm, and a copy of the private key, which goes over and stays nowhere else. */
  | { readonly kind: "start"; readonly build: string; readonly module: WebAssembly.Module; readonly key: Uint8Array<ArrayBuffer> }
  /** Entries, as wasm takes them. */
  | { readonly kind: "open"; readonly lines: Uint8Array<ArrayBuffer> }
  /** The last: the worker wipes what it has of the key, says so, and is ended. */
  | { readonly kind: "end" };

/** From a worker. @internal */
export type Report =
  | { readonly kind: "started" }
  /** One for each `open`. */
  | { readonly kind: "opened"; readonly answer: EntriesAnswer }
  | { readonly kind: "failed"; readonly code: KeyhavenErrorCode; readonly details: ErrorDetails; readonly message: string }
  | { readonly kind: "ended" };
