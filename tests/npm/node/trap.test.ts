/** What happens after the wasm has ended in the middle of something. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";

import { KeyhavenError, RecoveryKey, init, openKeyFile } from "keyhaven/restore";

import { equal } from "../suite/check.js";

const require = createRequire(import.meta.url);

/** The wasm with 2 MiB of memory beside what it starts with: what needs more ends in a trap. */
function withLittleMemory(wasm: Uint8Array): Uint8Array<ArrayBuffer> {
  for (let at = 8; at < wasm.length; ) {
    const [len, start] = leb(wasm, at + 1);
    if (wasm[at] === 5) {
      const [pages, end] = leb(wasm, start + 2);
      equal([...wasm.subarray(start, start + 2), end], [1, 0, start + len], "one memory, which may grow");
      const limits = [...wasm.subarray(start + 2, end), ...toLeb(pages + 32)];
      return new Uint8Array([...wasm.subarray(0, at), 5, 2 + limits.length, 1, 1, ...limits, ...wasm.subarray(end)]);
    }
    at = start + len;
  }
  throw new Error("no memory was found");
}

/** A number as wasm writes it, and where it ends. */
function leb(bytes: Uint8Array, at: number): [number, number] {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++] as number;
    value |= (byte & 127) << shift;
    if (byte < 128) return [value, at];
  }
}

function toLeb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...toLeb(value >> 7)];
}

const codeOf = async (run: () => unknown): Promise<string> => {
  try {
    await run();
  } catch (error) {
    if (error instanceof KeyhavenError) return error.code;
    throw error;
  }
  return "none";
};

test("after a trap nothing of the wasm runs any more, and everything says so", async () => {
  const wasm = readFileSync(require.resolve("keyhaven/restore.wasm"));
  await init({ module: await WebAssembly.compile(withLittleMemory(wasm)) });
  const key = RecoveryKey.generate();
  const before = key.publicKey;
  // A mistake of the caller is none of these: a handle that was freed spoils no other one.
  const freed = RecoveryKey.generate();
  freed.free();
  let thrown: unknown;
  try {
    freed.text;
  } catch (error) {
    thrown = error;
  }
  equal(thrown instanceof KeyhavenError && thrown.code, "freed", "a freed handle");
  equal(key.publicKey, before, "after a mistake of the caller");

  const large = new Uint8Array(8 << 20).fill(65);
  const trapped = await openKeyFile(large, "p").catch((error: unknown) => error);
  equal(trapped instanceof KeyhavenError && trapped.code, "internal", "the trap itself");
  equal((trapped as Error).cause instanceof WebAssembly.RuntimeError, true, "its cause");

  equal(await codeOf(() => key.publicKey), "unusable", "a handle from before");
  equal(await codeOf(() => RecoveryKey.generate()), "unusable", "a new handle");
  equal(await codeOf(() => openKeyFile("", "p")), "unusable", "another file");
  equal(await codeOf(() => init()), "unusable", "starting again");
  equal(await codeOf(() => key.free()), "none", "freeing, as the collector of garbage does");
});
