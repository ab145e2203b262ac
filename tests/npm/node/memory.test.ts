/** What is promised to be wiped is nowhere in the memory of the wasm: all of it is searched, after each call. */

import { createPrivateKey, createPublicKey, diffieHellman } from "node:crypto";
import { test } from "node:test";

import * as keyhaven from "keyhaven";
import type { ExportedSession } from "keyhaven";

import { ENGINES, equal, utf8 } from "../suite/check.js";
import { keyFileOf, keysOf } from "../suite/key-file-of.js";
import { WASMS, found, start } from "./memory.js";
import { vectors } from "./vectors.js";

const PASSPHRASE = "a passphrase that stands nowhere else";
const TEXT = "EsU2 dBQM EC3y AHTe bMxG cTWb BeJb M8fn q3px MvKG agJe XcD7";
const PRIVATE_KEY = Buffer.from("c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7", "hex");
/** RFC 7748, section 5. */
const CLAMPED = Buffer.from(PRIVATE_KEY);
CLAMPED[0]! &= 248;
CLAMPED[31] = (CLAMPED[31]! & 127) | 64;

/** Seals what a wasm that only opens is asked to open. */
await keyhaven.init();

/** What of the private scalars that are drawn while `run` runs must be nowhere, and their secrets with this public key. */
async function scalarsOf(run: () => Promise<void>, publicKey: string): Promise<Record<string, Uint8Array>> {
  const { getRandomValues } = crypto;
  const drawn: Uint8Array[] = [];
  crypto.getRandomValues = (array) => {
    getRandomValues.call(crypto, array);
    const bytes = Uint8Array.from(array as unknown as Uint8Array);
    for (let at = 0; at < bytes.length; at += 32) drawn.push(bytes.slice(at, at + 32));
    return array;
  };
  await run();
  crypto.getRandomValues = getRandomValues;
  const other = createPublicKey({ key: { kty: "OKP", crv: "X25519", x: publicKey.replaceAll("+", "-").replaceAll("/", "_") }, format: "jwk" });
  return Object.fromEntries(
    drawn.flatMap((scalar, at) => {
      // RFC 8410, section 7.
      const der = Buffer.concat([Buffer.from("302e020100300506032b656e04220420", "hex"), scalar]);
      const own = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
      return [
        // The middle, which no rule of the curve changes.
        [`scalar ${at}`, scalar.slice(4, 28)],
        [`secret ${at}`, diffieHellman({ privateKey: own, publicKey: other })],
      ];
    }),
  );
}

const PRIVATE = { "the private key": PRIVATE_KEY, "the clamped key": CLAMPED, "its text": TEXT, "its first group of text": TEXT.slice(0, 14) };

for (const one of WASMS) {
  const wasm = one[1];
  test(`${wasm}: a key is in the memory until it is freed, and nowhere after that`, async () => {
    const { pkg, memory } = await start(one);
    const key = pkg.RecoveryKey.fromText(TEXT);
    equal(found(memory, PRIVATE), ["the private key"], "while it is held");
    equal(key.text, TEXT);
    equal(key.publicKey.length, 43);
    equal(found(memory, PRIVATE), ["the private key"], "after use");
    key.free();
    equal(found(memory, PRIVATE), [], "after it was freed");
    const slipped = TEXT.replace("dBQM", "dBQN");
    const repaired = pkg.RecoveryKey.repair(slipped, { publicKey: "TVuribBzPZ2Nzs8E8yHJC3Ybd2WmvbK92/rT56vfH2Y" });
    equal(repaired?.text, TEXT);
    repaired?.key.free();
    equal(found(memory, { ...PRIVATE, "what was typed": slipped }), [], "after a repair");
  });

  for (const engine of ENGINES) {
    test(`${wasm}, ${engine}: opening and sealing a key file leaves nothing`, async () => {
      const { pkg, sealing, memory } = await start(one);
      const [vector] = vectors("session", "matrix.sessions.read").filter(({ name }) => name === "plain");
      const list = vector?.input["text"] as unknown as string;
      const [session] = JSON.parse(list) as ExportedSession[];
      const keys = await keysOf(PASSPHRASE);
      const secrets = {
        "the passphrase": PASSPHRASE,
        "the key of the cipher": keys.cipher,
        "the key of the tag": keys.mac,
        "a session": (session as ExportedSession).session_key.slice(0, 80),
      };
      const file = await keyFileOf(list, PASSPHRASE);
      equal((await pkg.openKeyFile(file, PASSPHRASE, { engine })).sessions.length, 1);
      equal(found(memory, secrets), [], "after opening");
      for await (const { sessions } of pkg.readKeyFile(new Blob([file]), PASSPHRASE, { engine })) equal(sessions.length, 1);
      equal(found(memory, secrets), [], "after reading in pieces");
      await sealing?.sealKeyFile([session as ExportedSession], PASSPHRASE, { engine, rounds: 100_000 });
      equal(found(memory, secrets), [], "after sealing");
      await pkg.openKeyFile(file, `${PASSPHRASE}!`, { engine }).catch(() => undefined);
      equal(found(memory, secrets), [], "after a wrong passphrase");
      for (const open of [
        (signal: AbortSignal) => pkg.openKeyFile(new Blob([file]), PASSPHRASE, { engine, signal }),
        (signal: AbortSignal) => pkg.readKeyFile(new Blob([file]), PASSPHRASE, { engine, signal }).next(),
      ]) {
        const controller = new AbortController();
        const opening = open(controller.signal);
        controller.abort();
        await opening.catch(() => undefined);
        equal(found(memory, secrets), [], "after it was aborted");
      }
    });

    test(`${wasm}, ${engine}: secret storage leaves nothing after it was freed`, async () => {
      const { pkg, sealing, memory } = await start(one);
      const salt = "salt";
      const derived = await pkg.RecoveryKey.fromPassphrase(PASSPHRASE, { salt, iterations: 1000 }, { engine });
      const text = derived.text;
      derived.free();
      const description = {
        algorithm: "m.secret_storage.v1.aes-hmac-sha2",
        passphrase: { algorithm: "m.pbkdf2", salt, iterations: 1000 },
      };
      const full = await (sealing ?? keyhaven).SecretStorage.open(description, PASSPHRASE, { engine });
      const sealed = full.encrypt("name", utf8("the secret that is sealed"));
      full.free();
      const storage = await pkg.SecretStorage.open(description, PASSPHRASE, { engine });
      equal(Buffer.from(storage.decrypt("name", sealed)).toString(), "the secret that is sealed");
      storage.free();
      const raw = await crypto.subtle.importKey("raw", utf8(PASSPHRASE) as BufferSource, "PBKDF2", false, ["deriveBits"]);
      const params = { name: "PBKDF2", hash: "SHA-512", salt: utf8(salt) as BufferSource, iterations: 1000 };
      const key = new Uint8Array(await crypto.subtle.deriveBits(params, raw, 256));
      equal(found(memory, { "the passphrase": PASSPHRASE, "the key": key, "its text": text, "the secret": "the secret that is sealed" }), []);
    });
  }

  test(`${wasm}: opening and sealing entries leaves nothing of the key after it was freed`, async () => {
    const { pkg, sealing, memory } = await start(one);
    const full = sealing ?? keyhaven;
    const key = pkg.RecoveryKey.fromText(TEXT);
    const own = sealing === undefined ? keyhaven.RecoveryKey.fromText(TEXT) : (key as keyhaven.RecoveryKey);
    const { input } = vectors("backup", "matrix.backup.seal")[0] as { input: Record<string, never> };
    const session = input["session"] as unknown as ExportedSession;
    const place = { roomId: session.room_id, sessionId: session.session_id };
    const ephemerals = await scalarsOf(async () => {
      const entry = full.encryptSession(own, session, { origin: "received" });
      equal(key.decryptSession(entry, place).authenticity, "session-and-room");
      const sessions = { [place.sessionId]: entry };
      for await (const read of key.decryptSessions({ [place.roomId]: { sessions } })) equal(read.sessions.length, 1);
      const many = Array.from({ length: 8 }, () => session);
      for await (const rooms of full.encryptSessions(own, many)) equal(Object.keys(rooms), [place.roomId]);
    }, key.publicKey);
    equal(Object.keys(ephemerals).length, 2 * 9);
    key.free();
    equal(found(memory, { ...PRIVATE, ...ephemerals, "a session": session.session_key.slice(0, 80) }), []);
  });
}
