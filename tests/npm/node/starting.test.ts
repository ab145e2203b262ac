import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";

import * as keyhaven from "keyhaven";
import * as restore from "keyhaven/restore";

import { equal, failure } from "../suite/check.js";

const require = createRequire(import.meta.url);
const wasm = new Uint8Array(readFileSync(require.resolve("keyhaven/keyhaven.wasm")));

test("everything that is called too early says so by name", async () => {
  for (const call of [
    () => keyhaven.RecoveryKey.generate(),
    () => keyhaven.RecoveryKey.fromText("x"),
    () => keyhaven.RecoveryKey.repair("x", { publicKey: "x" }),
    () => keyhaven.RecoveryKey.fromPassphrase("x", { salt: "x", iterations: 1 }),
    () => keyhaven.openKeyFile("x", "x"),
    () => keyhaven.readKeyFile(new Blob(["x"]), "x").next(),
    () => keyhaven.sealKeyFile([], "x"),
    () => keyhaven.SecretStorage.open({ algorithm: "x" }, "x"),
  ]) {
    equal((await failure(keyhaven, call)).code, "not-initialised", String(call));
  }
});

test("altered bytes are refused, and it can be tried again", async () => {
  const altered = wasm.slice();
  altered[altered.length - 1]! ^= 1;
  for (const source of [{ bytes: altered }, { bytes: new Uint8Array() }, { response: new Response(altered) }]) {
    equal((await failure(keyhaven, () => keyhaven.init(source))).code, "altered");
  }
  const missing = { response: new Response("not here", { status: 404 }) };
  equal((await failure(keyhaven, () => keyhaven.init(missing))).code, "load-failed");
  const other = { module: await WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)) };
  equal((await failure(keyhaven, () => keyhaven.init(other))).code, "load-failed");
  equal((await failure(keyhaven, () => keyhaven.RecoveryKey.generate())).code, "not-initialised", "still");
});

test("it starts from bytes that the caller has, once for all who ask", async () => {
  const one = keyhaven.init({ bytes: wasm });
  equal(one === keyhaven.init(), true, "one start for both");
  await one;
  await keyhaven.init({ bytes: new Uint8Array() });
  equal(keyhaven.RecoveryKey.generate().text.length, 59);
});

test("the smaller entry starts by itself, and has no part that seals", async () => {
  await restore.init();
  equal(restore.RecoveryKey.generate().text.length, 59);
  equal(["sealKeyFile", "encryptSession", "encryptSessions"].filter((name) => name in restore), []);
  equal(["open", "encrypt"].map((name) => name in restore.SecretStorage || name in restore.SecretStorage.prototype), [true, false]);
});

test("every door of both wasms leads in", async () => {
  for (const name of ["keyhaven", "keyhaven-scalar"]) {
    const bytes = new Uint8Array(readFileSync(require.resolve(`keyhaven/${name}.wasm`)));
    for (const source of [
      { bytes },
      { bytes: bytes.buffer },
      { module: await WebAssembly.compile(bytes) },
      { response: Promise.resolve(new Response(bytes)) },
      { url: `data:application/wasm;base64,${Buffer.from(bytes).toString("base64")}` },
    ]) {
      // Each require of a script that was forgotten is a new one.
      const path = require.resolve("keyhaven");
      delete require.cache[path];
      const fresh = require("keyhaven") as typeof keyhaven;
      await fresh.init(source);
      equal(fresh.RecoveryKey.generate().text.length, 59, `${name} by ${Object.keys(source)[0]}`);
    }
  }
});

test("it can be required, and starts by itself there too", async () => {
  for (const entry of ["keyhaven", "keyhaven/restore", "keyhaven/inline"]) {
    const path = require.resolve(entry);
    delete require.cache[path];
    const required = require(entry) as typeof keyhaven;
    await required.init();
    equal(required.RecoveryKey.generate().text.length, 59, entry);
  }
});
