/** What is promised to be wiped is nowhere in the memory of the wasm after a call that was refused, either. */

import { createCipheriv, createHmac, createPrivateKey, createPublicKey, diffieHellman, hkdfSync } from "node:crypto";
import { test } from "node:test";

import * as keyhaven from "keyhaven";
import type { BackupEntry, ExportedSession } from "keyhaven";

import { ENGINES, equal, failure, utf8 } from "../suite/check.js";
import { WASMS, found, start } from "./memory.js";
import { vectors } from "./vectors.js";

const TEXT = "EsU2 dBQM EC3y AHTe bMxG cTWb BeJb M8fn q3px MvKG agJe XcD7";
const PRIVATE_KEY = Buffer.from("c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7", "hex");
const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const WRONG = "another passphrase that stands nowhere else";
const PARAMETERS = { salt: "salt", iterations: 1000 };

await keyhaven.init();

/** The halves of what secret storage derives for a name: for its cipher, and for its tag. */
function nameKeys(key: Uint8Array, name: string): Record<string, Uint8Array> {
  const both = new Uint8Array(hkdfSync("sha256", key, new Uint8Array(), name, 64));
  return { "what the keys of all names are made of": createHmac("sha256", new Uint8Array(32)).update(key).digest(), [`the cipher of "${name}"`]: both.slice(0, 32), [`the tag of "${name}"`]: both.slice(32) };
}

/** The description of a key, with a check. */
function described(key: Uint8Array): keyhaven.KeyDescription {
  const [, cipher, tag] = Object.values(nameKeys(key, "")) as [Uint8Array, Uint8Array, Uint8Array];
  const iv = Buffer.alloc(16, 5);
  const zeros = createCipheriv("aes-256-ctr", cipher, iv).update(new Uint8Array(32));
  const mac = createHmac("sha256", tag).update(zeros).digest("base64");
  const passphrase = { algorithm: "m.pbkdf2", ...PARAMETERS };
  return { algorithm: "m.secret_storage.v1.aes-hmac-sha2", iv: iv.toString("base64"), mac, passphrase };
}

async function derived(passphrase: string): Promise<Uint8Array> {
  const raw = await crypto.subtle.importKey("raw", utf8(passphrase) as BufferSource, "PBKDF2", false, ["deriveBits"]);
  const params = { name: "PBKDF2", hash: "SHA-512", salt: utf8(PARAMETERS.salt) as BufferSource, iterations: PARAMETERS.iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(params, raw, 256));
}

/** What the private key and the ephemeral key of an entry give. */
function entryKeys({ session_data: { ephemeral } }: BackupEntry): Record<string, Uint8Array> {
  const der = Buffer.concat([Buffer.from("302e020100300506032b656e04220420", "hex"), PRIVATE_KEY]);
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const x = Buffer.from(ephemeral, "base64").toString("base64url");
  const shared = diffieHellman({ privateKey, publicKey: createPublicKey({ key: { kty: "OKP", crv: "X25519", x }, format: "jwk" }) });
  const keys = new Uint8Array(hkdfSync("sha256", shared, new Uint8Array(), "", 80));
  return { "the shared secret": shared, "the cipher of the entry": keys.slice(0, 32), "the tag of the entry": keys.slice(32, 64) };
}

/** The last value of a derivation after so many rounds, and their sum so far. */
function midway(passphrase: string, salt: string, rounds: number): Record<string, Uint8Array> {
  let last = createHmac("sha512", passphrase).update(salt).update(Buffer.of(0, 0, 0, 1)).digest();
  const sum = Buffer.from(last);
  for (let round = 1; round < rounds; round += 1) {
    last = createHmac("sha512", passphrase).update(last).digest();
    last.forEach((byte, at) => (sum[at]! ^= byte));
  }
  return { "the last value": last, "the sum": sum };
}

const MAC_KEY = { "the key of tags": new Uint8Array(hkdfSync("sha256", PRIVATE_KEY, new Uint8Array(), "MATRIX_BACKUP_MAC_KEY", 32)) };

for (const one of WASMS) {
  const wasm = one[1];

  test(`${wasm}: a text that is refused leaves nothing`, async () => {
    const { pkg, memory } = await start(one);
    const characters = TEXT.replaceAll(" ", "");
    const secrets = {
      "most of the key": PRIVATE_KEY.subarray(0, 28),
      "its digits": Uint8Array.from(characters.slice(0, 40), (character) => ALPHABET.indexOf(character)),
      "most of the text": characters.slice(0, 40),
    };
    for (const [end, code] of [
      ["XcD8", "parity"],
      ["XcD0", "character"],
      ["XcD", "length"],
      ["XcD7 2", "length"],
    ] as const) {
      const typed = `${TEXT.slice(0, -4)}${end}`;
      equal((await failure(pkg as typeof keyhaven, () => pkg.RecoveryKey.fromText(typed))).code, `recovery-key-${code}`);
      equal(found(memory, { ...secrets, "what was typed": typed }), [], `after ${end}`);
    }
    const secret = PRIVATE_KEY.subarray(0, 31).toString("base64");
    equal((await failure(pkg as typeof keyhaven, () => pkg.RecoveryKey.fromSecret(utf8(secret)))).code, "invalid-private-key");
    equal(found(memory, { ...secrets, "its base64": secret.slice(0, 36) }), [], "after a secret that is none");
  });

  for (const engine of ENGINES) {
    test(`${wasm}, ${engine}: secret storage that stays closed leaves nothing`, async () => {
      const { pkg, memory } = await start(one);
      const [wrong, text] = [await derived(WRONG), pkg.RecoveryKey.fromText(TEXT)];
      text.free();
      const opening = (typed: string) => () => pkg.SecretStorage.open(described(new Uint8Array(32)), typed, { engine });
      const secrets = { "what was typed": WRONG, "its key": wrong, ...nameKeys(wrong, "") };
      equal((await failure(pkg as typeof keyhaven, opening(WRONG))).code, "wrong-key");
      equal(found(memory, secrets), [], "after a wrong passphrase");
      equal((await failure(pkg as typeof keyhaven, opening(TEXT))).code, "wrong-key");
      const ofText = { "the text": TEXT, "the key of the text": PRIVATE_KEY, ...nameKeys(PRIVATE_KEY, ""), "what it derives": await derived(TEXT) };
      equal(found(memory, ofText), [], "after another key's text");
    });
  }

  test(`${wasm}: a derivation that is ended in its middle leaves nothing`, async () => {
    const { pkg, memory } = await start(one);
    const controller = new AbortController();
    let rounds = 0;
    let before: string[] = [];
    const deriving = pkg.RecoveryKey.fromPassphrase(WRONG, { salt: "salt", iterations: 1_000_000 }, {
      engine: "wasm",
      signal: controller.signal,
      onProgress: ({ done }) => {
        rounds = done;
        if (done === 0) return;
        before = found(memory, midway(WRONG, "salt", rounds));
        controller.abort();
      },
    });
    equal(await deriving.then(() => "", (error: Error) => error.name), "AbortError");
    await new Promise((go) => setTimeout(go, 20));
    equal(before, ["the last value", "the sum"], "at that time");
    equal(found(memory, { "the passphrase": WRONG, ...midway(WRONG, "salt", rounds) }), [], "afterwards");
  });

  test(`${wasm}: a secret that does not open leaves no key of its name`, async () => {
    const { pkg, memory } = await start(one);
    const storage = await pkg.SecretStorage.open(described(PRIVATE_KEY), TEXT);
    const full = await keyhaven.SecretStorage.open(described(PRIVATE_KEY), TEXT);
    const sealed = full.encrypt("name", utf8("the secret that is sealed"));
    full.free();
    const secrets = { ...nameKeys(PRIVATE_KEY, "name"), ...nameKeys(PRIVATE_KEY, "other"), ...nameKeys(PRIVATE_KEY, "") };
    equal(found(memory, { ...secrets, "the key": PRIVATE_KEY }), ["the key"], "while it is open");
    equal((await failure(pkg as typeof keyhaven, () => storage.decrypt("other", sealed))).code, "wrong-secret");
    equal(found(memory, secrets), [], "after a wrong name");
    equal(storage.decrypt("name", sealed).length, 25);
    equal(found(memory, { ...secrets, "the secret": "the secret that is sealed" }), [], "after one that opens");
    storage.free();
    equal(found(memory, { "the key": PRIVATE_KEY }), [], "after it was freed");
  });

  test(`${wasm}: entries that are refused leave nothing but the key that is held`, async () => {
    const { pkg, sealing, memory } = await start(one);
    const key = pkg.RecoveryKey.fromText(TEXT);
    const { input } = vectors("backup", "matrix.backup.seal")[0] as { input: Record<string, never> };
    const session = input["session"] as unknown as ExportedSession;
    const place = { roomId: session.room_id, sessionId: session.session_id };
    const entry = keyhaven.encryptSession(key.publicKey, session);
    const { session_data: data } = entry;
    for (const [reason, change] of [
      ["other-key", { mac: "AAAAAAAAAAA" }],
      ["damaged", { ciphertext: `AAAA${data.ciphertext.slice(4)}` }],
      ["damaged", { ciphertext: data.ciphertext.slice(0, -4) }],
      ["backup-mac", { unsigned: { backup_mac: "A".repeat(43) } }],
    ] as const) {
      const refused = { ...entry, session_data: { ...data, ...change } };
      const { details } = await failure(pkg as typeof keyhaven, () => key.decryptSession(refused, place));
      equal(details["reason"], reason);
      equal(found(memory, { ...entryKeys(entry), "a session": session.session_key.slice(0, 80), ...MAC_KEY }), [], `after ${reason}`);
      const sessions = { [place.sessionId]: refused };
      for await (const { failed } of key.decryptSessions({ [place.roomId]: { sessions } })) equal(failed.length, 1);
      equal(found(memory, { ...entryKeys(entry), "a session": session.session_key.slice(0, 80), ...MAC_KEY }), [], `after ${reason} among others`);
    }
    if (sealing !== undefined) {
      const none = { ...session, room_id: "room" };
      const own = key as keyhaven.RecoveryKey;
      const refusals: (() => unknown)[] = [
        () => sealing.encryptSession(own, none),
        () => sealing.encryptSession("A".repeat(43), session),
        () => sealing.encryptSessions(own, [session, none]).next(),
      ];
      for (const refusal of refusals) {
        await failure(sealing, refusal);
        equal(found(memory, { ...MAC_KEY, "a session": session.session_key.slice(0, 80) }), [], `after ${String(refusal)}`);
      }
    }
    key.free();
    equal(found(memory, { "the key": PRIVATE_KEY }), []);
  });
}
