/** The memory of a wasm, and what is in it. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import type * as Keyhaven from "keyhaven";
import type * as Persona from "keyhaven/persona";
import type * as Restore from "keyhaven/restore";

const require = createRequire(import.meta.url);

interface Packages {
  readonly keyhaven: typeof Keyhaven;
  readonly "keyhaven/restore": typeof Restore;
  readonly "keyhaven/persona": typeof Persona;
}

/** The wasms of the formats of Matrix, each with the entry that loads it. */
export const WASMS = [
  ["keyhaven", "keyhaven"],
  ["keyhaven", "keyhaven-scalar"],
  ["keyhaven/restore", "restore"],
  ["keyhaven/restore", "restore-scalar"],
] as const;

/** What both entries have, and what the larger one has besides. */
export interface Started {
  readonly pkg: typeof Restore;
  readonly sealing: typeof Keyhaven | undefined;
  readonly memory: WebAssembly.Memory;
}

/** {@link startOf} for one of {@link WASMS}. */
export async function start([entry, wasm]: (typeof WASMS)[number]): Promise<Started> {
  const { pkg, memory } = await startOf(entry, wasm);
  return { pkg: pkg as typeof Restore, sealing: entry === "keyhaven" ? (pkg as typeof Keyhaven) : undefined, memory };
}

/** A package of its own, and the memory of its wasm. */
export async function startOf<E extends keyof Packages>(entry: E, wasm: string): Promise<{ pkg: Packages[E]; memory: WebAssembly.Memory }> {
  const { Instance } = WebAssembly;
  let memory: WebAssembly.Memory | undefined;
  WebAssembly.Instance = new Proxy(Instance, {
    construct(target, words, self) {
      const instance = Reflect.construct(target, words, self) as WebAssembly.Instance;
      memory = instance.exports["memory"] as WebAssembly.Memory;
      return instance;
    },
  });
  delete require.cache[require.resolve(entry)];
  const pkg = require(entry) as Packages[E];
  await pkg.init({ bytes: new Uint8Array(readFileSync(require.resolve(`keyhaven/${wasm}.wasm`))) });
  WebAssembly.Instance = Instance;
  if (memory === undefined) throw new Error("no memory was seen");
  return { pkg, memory };
}

/** Which of the secrets are in the memory. */
export function found(memory: WebAssembly.Memory, secrets: Record<string, Uint8Array | string>): string[] {
  const bytes = Buffer.from(memory.buffer);
  return Object.entries(secrets).flatMap(([name, secret]) => (bytes.includes(Buffer.from(secret as Uint8Array)) ? [name] : []));
}
