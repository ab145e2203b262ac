import { test } from "node:test";

import * as keyhaven from "keyhaven";

import { equal, type Engine } from "../suite/check.js";

const METHODS = ["deriveBits", "encrypt", "sign"] as const;

/** What `crypto.subtle` is asked while `run` runs, by name. */
async function asked(run: () => Promise<unknown>): Promise<string[]> {
  const calls: string[] = [];
  const subtle = Object.getPrototypeOf(crypto.subtle) as Record<string, unknown>;
  const own = METHODS.map((name) => [name, subtle[name]] as const);
  for (const [name, method] of own) {
    subtle[name] = function (this: unknown, ...words: unknown[]) {
      calls.push(name);
      return (method as (...words: unknown[]) => unknown).apply(this, words);
    };
  }
  try {
    await run();
  } finally {
    for (const [name, method] of own) subtle[name] = method;
  }
  return calls;
}

test("WebCrypto does what it is there for, and nothing where the wasm alone is asked", async () => {
  await keyhaven.init();
  const sealed = await keyhaven.sealKeyFile([], "p", { rounds: 100_000 });
  const open = (engine?: Engine) => () => keyhaven.openKeyFile(sealed, "p", engine === undefined ? {} : { engine });
  const all = ["deriveBits", "sign", "encrypt"];
  equal(await asked(open()), all);
  equal(await asked(open("webcrypto")), all);
  equal(await asked(open("wasm")), []);
  const read = (engine: Engine) => async () => {
    for await (const { sessions } of keyhaven.readKeyFile(new Blob([sealed as BlobPart]), "p", { engine })) equal(sessions, []);
  };
  equal(await asked(read("webcrypto")), ["deriveBits", "encrypt"]);
  equal(await asked(read("wasm")), []);
});

test("without WebCrypto the wasm does it, and says nothing", async () => {
  await keyhaven.init();
  const sealed = await keyhaven.sealKeyFile([], "p", { rounds: 100_000 });
  const own = Object.getOwnPropertyDescriptor(globalThis, "crypto") as PropertyDescriptor;
  Object.defineProperty(globalThis, "crypto", { value: { getRandomValues: crypto.getRandomValues.bind(crypto) }, configurable: true });
  try {
    equal((await keyhaven.openKeyFile(sealed, "p")).rounds, 100_000);
  } finally {
    Object.defineProperty(globalThis, "crypto", own);
  }
});

test("whoever aborts is let go at once, though WebCrypto goes on", async () => {
  await keyhaven.init();
  const sealed = await keyhaven.sealKeyFile([], "p", { rounds: 100_000 });
  const subtle = Object.getPrototypeOf(crypto.subtle) as Record<string, unknown>;
  const own = subtle["deriveBits"];
  const controller = new AbortController();
  const reason = new Error("enough");
  subtle["deriveBits"] = () => {
    setTimeout(() => controller.abort(reason));
    return new Promise(() => {});
  };
  try {
    const waited = new Promise<unknown>((go) => setTimeout(() => go("still waiting"), 5000).unref());
    const opening = keyhaven.openKeyFile(sealed, "p", { signal: controller.signal });
    const thrown = await Promise.race([opening.catch((error: unknown) => error), waited]);
    equal(thrown === reason, true);
  } finally {
    subtle["deriveBits"] = own;
  }
});
