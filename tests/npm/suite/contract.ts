/** Everything that is thrown has a code, whoever was first to find it out. */

import { equal, failure, type Case, type Package } from "./check.js";
import { keyFileOf } from "./key-file-of.js";
import type { Vectors } from "./vectors.js";

export function contractCases(pkg: Package, _: Vectors, full: Package): Case[] {
  return [
    { name: "a handle that was freed says so, and is freed again without a word", run: () => isFreedTwice(pkg) },
    { name: "a handle that is freed by `using` may be freed before", run: () => isDisposed(pkg) },
    { name: "a file that cannot be read is an error by name", run: () => isUnreadable(pkg) },
    { name: "what cannot be sealed with is refused before a session is looked at (seals)", run: () => isRefusedFirst(full) },
  ];
}

async function handles(pkg: Package): Promise<readonly [{ free(): void }, () => unknown][]> {
  const key = pkg.RecoveryKey.generate();
  const storage = await pkg.SecretStorage.open({ algorithm: "m.secret_storage.v1.aes-hmac-sha2" }, key.text);
  const secret = { iv: "", ciphertext: "", mac: "" };
  return [
    [key, () => key.text],
    [key, () => key.publicKey],
    [key, () => key.decryptSessions({}).next()],
    [storage, () => storage.isConfirmed],
    [storage, () => storage.decrypt("a", secret)],
  ];
}

async function isFreedTwice(pkg: Package): Promise<void> {
  const other = pkg.RecoveryKey.generate();
  const before = other.publicKey;
  for (const [handle, use] of await handles(pkg)) {
    handle.free();
    handle.free();
    equal(await failure(pkg, use), { code: "freed", details: {} }, String(use));
    handle.free();
  }
  equal(other.publicKey, before, "another handle is as it was");
  other.free();
}

async function isDisposed(pkg: Package): Promise<void> {
  const dispose = Symbol.dispose as symbol | undefined;
  if (dispose === undefined) return;
  for (const [handle] of await handles(pkg)) {
    handle.free();
    (handle as unknown as Record<symbol, () => void>)[dispose]?.();
  }
}

/** A file of which the platform says that it changed since it was picked. */
function unreadable(text: string): { file: Blob; cause: Error } {
  const cause = Object.assign(new Error("gone"), { name: "NotReadableError" });
  const stream = (): ReadableStream => new ReadableStream({ pull: () => Promise.reject(cause) });
  return { file: Object.assign(new Blob([text]), { stream, arrayBuffer: () => Promise.reject(cause) }), cause };
}

async function isUnreadable(pkg: Package): Promise<void> {
  const { file, cause } = unreadable(await keyFileOf("[]", "p"));
  for (const read of [() => pkg.openKeyFile(file, "p"), () => pkg.readKeyFile(file, "p").next()]) {
    equal(await failure(pkg, read), { code: "unreadable-file", details: {} });
    const thrown: unknown = await Promise.resolve(read()).catch((error: unknown) => error);
    equal((thrown as Error).cause === cause, true, "its cause is kept");
  }
}

async function isRefusedFirst(pkg: Package): Promise<void> {
  let looked = 0;
  const sessions = {
    *[Symbol.iterator]() {
      looked += 1;
    },
  };
  for (const [passphrase, rounds, code] of [
    ["", 100_000, "empty-passphrase"],
    ["p".repeat(65_537), 100_000, "passphrase-too-long"],
    ["p", 99_999, "rounds-out-of-range"],
  ] as const) {
    equal((await failure(pkg, () => pkg.sealKeyFile(sessions, passphrase, { rounds }))).code, code);
  }
  equal(looked, 0);
}
