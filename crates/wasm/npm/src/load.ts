import { initSync } from "#glue";
import { EXPORTS, FILES, type WasmFile } from "#files";

import { KeyhavenError } from "./error.js";
import { assertUsable, isUsable, unusable } from "./guard.js";

/** Where the wasm comes from, when it is not loaded from beside the script. */
export type WasmSource =
  /** Its bytes. */
  | { readonly bytes: ArrayBuffer | Uint8Array }
  /** An address to fetch it from, with an integrity check. */
  | { readonly url: string | URL }
  /** An answer that has it, such as one from a cache of your own. */
  | { readonly response: Response | PromiseLike<Response> }
  /** Compiled already. What it was compiled from cannot be checked. */
  | { readonly module: WebAssembly.Module };

let starting: Promise<void> | undefined;
let ready: WebAssembly.Module | undefined;

/**
 * Loads the wasm. Once is enough, and more often does no harm: calls share one load, and one that failed can be tried
 * again. Nothing is loaded before.
 *
 * Without `source` the file beside this script is taken: fetched with an integrity check, or read from the disk in
 * Node.js. With one, the bytes must be those of `keyhaven/*.wasm` of this version. They are compared with the hashes in this
 * script; where the platform has no `crypto.subtle`, as in pages over plain HTTP, only what is fetched here is.
 *
 * @throws {KeyhavenError} `load-failed`, `altered`; `unusable` where it was loaded and has ended since.
 */
export function init(source?: WasmSource): Promise<void> {
  if (!isUsable()) return Promise.reject(unusable());
  starting ??= start(source).catch((error: unknown) => {
    starting = undefined;
    throw error;
  });
  return starting;
}

/** What runs here. @throws {KeyhavenError} `not-initialised`, `unusable`. @internal */
export function assertReady(): WebAssembly.Module {
  assertUsable();
  if (ready === undefined) throw new KeyhavenError("not-initialised");
  return ready;
}

async function start(source?: WasmSource): Promise<void> {
  const module = await compiled(source);
  try {
    // The glue would keep the exports of whatever it was given.
    if (WebAssembly.Module.exports(module).length !== EXPORTS) throw new Error("this is another module");
    initSync({ module });
  } catch (cause) {
    throw new KeyhavenError("load-failed", {}, { cause });
  }
  ready = module;
}

async function compiled(source?: WasmSource): Promise<WebAssembly.Module> {
  if (source !== undefined && "module" in source) return source.module;
  const bytes = await bytesOf(source);
  await check(bytes);
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    throw new KeyhavenError("load-failed", {}, { cause });
  }
}

async function bytesOf(source?: Exclude<WasmSource, { readonly module: WebAssembly.Module }>): Promise<Uint8Array<ArrayBuffer>> {
  if (source !== undefined && "bytes" in source) return new Uint8Array(source.bytes);
  try {
    if (source === undefined) return await besideThisScript(hasVectors() ? FILES.simd : FILES.scalar);
    const response = "url" in source ? fetch(source.url, { integrity: ANY_INTEGRITY }) : source.response;
    return await body(await response);
  } catch (cause) {
    throw new KeyhavenError("load-failed", {}, { cause });
  }
}

/** A browser takes a file that fits one of several. */
const ANY_INTEGRITY = Object.values(FILES)
  .map((file) => file.integrity)
  .join(" ");

async function besideThisScript(file: WasmFile): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = file.bytes?.();
  if (bytes !== undefined) return bytes;
  const url = (file.url as () => URL)();
  // Not imported, so that no bundler looks for a module of Node.js in a page.
  const disk = url.protocol === "file:" ? nodeModule<typeof import("node:fs/promises")>("node:fs/promises") : undefined;
  if (disk !== undefined) return new Uint8Array(await disk.readFile(url));
  return body(await fetch(url, { integrity: file.integrity }));
}

async function body(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  if (!response.ok) throw new Error(`the wasm was answered with status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

function nodeModule<T>(name: string): T | undefined {
  const host = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } };
  return host.process?.getBuiltinModule?.(name) as T | undefined;
}

/** Compares the bytes with the hashes that stand in this script. Without `crypto.subtle`, fetching has checked them. */
async function check(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) return;
  const digest = new Uint8Array(await subtle.digest("SHA-384", bytes));
  const found = `sha384-${btoa(String.fromCharCode(...digest))}`;
  if (!Object.values(FILES).some((file) => file.integrity === found)) throw new KeyhavenError("altered");
}

/** Whether a function that makes a vector of bytes and counts their bits is valid here. */
function hasVectors(): boolean {
  return WebAssembly.validate(
    // prettier-ignore
    new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]),
  );
}
