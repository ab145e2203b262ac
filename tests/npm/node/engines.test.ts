import { test } from "node:test";

import * as keyhaven from "keyhaven";

import { equal, type Engine } from "../suite/check.js";
import { keyFileOf } from "../suite/key-file-of.js";
import { vectors } from "./vectors.js";

const SESSIONS = vectors("session", "matrix.sessions.read").find(({ name }) => name === "plain")?.input["text"] as unknown as string;

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

/** A file of `rounds` rounds that opens with nothing. */
function slowFile(rounds: number): string {
  const bytes = Buffer.alloc(80, 1);
  bytes.writeUInt32BE(rounds, 33);
  return `-----BEGIN MEGOLM SESSION DATA-----\n${bytes.toString("base64")}\n-----END MEGOLM SESSION DATA-----\n`;
}

test("where the wasm derives alone, it says how far it is, and whoever aborts is heard", async () => {
  await keyhaven.init();
  const total = 10_000_000;
  const description = { algorithm: "m.secret_storage.v1.aes-hmac-sha2", passphrase: { algorithm: "m.pbkdf2", salt: "s", iterations: total } };
  const starts: ((options: keyhaven.CallOptions) => Promise<unknown>)[] = [
    (options) => keyhaven.openKeyFile(slowFile(total), "p", options),
    (options) => keyhaven.readKeyFile(new Blob([slowFile(total)]), "p", options).next(),
    (options) => keyhaven.sealKeyFile([], "p", { ...options, rounds: total }),
    (options) => keyhaven.RecoveryKey.fromPassphrase("p", { salt: "s", iterations: total }, options),
    (options) => keyhaven.SecretStorage.open(description, "p", options),
  ];
  for (const start of starts) {
    const controller = new AbortController();
    const reason = new Error("enough");
    const told: keyhaven.Progress[] = [];
    // As a button does: in a task of its own, which has to get its turn.
    const onProgress = (progress: keyhaven.Progress): void => {
      told.push(progress);
      if (told.length === 3) setImmediate(() => controller.abort(reason));
    };
    const thrown = await start({ engine: "wasm", signal: controller.signal, onProgress }).catch((error: unknown) => error);
    equal(thrown === reason, true, String(start));
    equal(told[0], { done: 0, total, unit: "rounds" }, String(start));
    equal(told.slice(1, 3).map(({ done, total, unit }) => [done > 0 && done < 50_000, total, unit]), [[true, total, "rounds"], [true, total, "rounds"]]);
    const then = told.length;
    await new Promise((go) => setTimeout(go, 50));
    equal(told.length, then, "nothing is derived any more");
  }
});

test("where the wasm is alone, a large file is opened with a breath every now and then", async () => {
  await keyhaven.init();
  const { sessions } = await keyhaven.openKeyFile(await keyFileOf(SESSIONS, "p"), "p");
  const many = Array.from({ length: 6000 }, () => sessions[0] as keyhaven.ExportedSession);
  const file = await keyhaven.sealKeyFile(many, "p", { rounds: 100_000 });
  let bytes = 0;
  const onProgress = ({ done, total, unit }: keyhaven.Progress): void => {
    if (unit !== "bytes") return;
    equal([done > bytes, done - bytes <= 1 << 20, total], [true, true, 2 * file.length], `${bytes} to ${done}`);
    bytes = done;
  };
  equal((await keyhaven.openKeyFile(file, "p", { engine: "wasm", onProgress })).sessions.length, 6000);
  equal(bytes, 2 * file.length);
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
