// Recovery keys: one key, one text, whoever writes it.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";

import { init, RecoveryKey } from "keyhaven";
import { decodeRecoveryKey, deriveRecoveryKeyFromPassphrase, encodeRecoveryKey } from "matrix-js-sdk/lib/crypto-api/index.js";

import { sdk } from "./peers.js";

await init();

const secretOf = (bytes: Uint8Array): Uint8Array => new TextEncoder().encode(Buffer.from(bytes).toString("base64"));

test("the text of a key is the same in both directions, for many keys", () => {
  const keys = [new Uint8Array(32), new Uint8Array(32).fill(255), ...Array.from({ length: 200 }, () => new Uint8Array(randomBytes(32)))];
  for (const bytes of keys) {
    const text = encodeRecoveryKey(bytes) ?? "";
    assert.equal(RecoveryKey.fromSecret(secretOf(bytes)).text, text);
    const read = RecoveryKey.fromText(text);
    assert.equal(read.publicKey, sdk.BackupDecryptionKey.fromBase64(Buffer.from(bytes).toString("base64")).megolmV1PublicKey.publicKeyBase64);
    assert.deepEqual(Buffer.from(decodeRecoveryKey(read.text)), Buffer.from(bytes));
  }
});

test("a key that we draw is one that matrix-js-sdk reads", () => {
  for (let round = 0; round < 50; round += 1) {
    const key = RecoveryKey.generate();
    const bytes = decodeRecoveryKey(key.text);
    assert.equal(RecoveryKey.fromSecret(secretOf(bytes)).publicKey, key.publicKey);
  }
});

test("a passphrase gives the same key", async () => {
  for (const [passphrase, salt] of [["walrus kettle orbit plum", "abcdefghijklmnopqrstuvwxyz012345"], ["пароль 🔑", "ÄÖÜ salt"]] as const) {
    const theirs = await deriveRecoveryKeyFromPassphrase(passphrase, salt, 20_000);
    const ours = await RecoveryKey.fromPassphrase(passphrase, { salt, iterations: 20_000 });
    assert.equal(ours.text, encodeRecoveryKey(theirs));
  }
});

test("a text with any one character wrong is put right by its public key", () => {
  const key = RecoveryKey.generate();
  const text = key.text;
  for (const at of [3, 11, 25, 38, 57]) {
    const typed = text.slice(0, at) + (text[at] === "x" ? "y" : "x") + text.slice(at + 1);
    assert.notDeepEqual(readByPeer(typed), readByPeer(text));
    assert.equal(RecoveryKey.repair(typed, { publicKey: key.publicKey })?.text, text);
  }
});

/** The bytes of a text, or what the peer says to it. */
function readByPeer(text: string): unknown {
  try {
    return decodeRecoveryKey(text);
  } catch (error) {
    return (error as Error).message;
  }
}
