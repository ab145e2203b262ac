// Secret storage: what one keeps, the other reads.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";

import { init, RecoveryKey, SecretStorage, type EncryptedSecret, type KeyDescription } from "keyhaven";
import { deriveRecoveryKeyFromPassphrase, encodeRecoveryKey } from "matrix-js-sdk/lib/crypto-api/index.js";
import { calculateKeyCheck, ServerSideSecretStorageImpl } from "matrix-js-sdk/lib/secret-storage.js";
import decryptItem from "matrix-js-sdk/lib/utils/decryptAESSecretStorageItem.js";
import encryptItem from "matrix-js-sdk/lib/utils/encryptAESSecretStorageItem.js";

await init();

const ALGORITHM = "m.secret_storage.v1.aes-hmac-sha2";
const NAMES = ["m.megolm_backup.v1", "m.cross_signing.master", "m.cross_signing.self_signing", "org.example.ключ"];
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A key, in the hands of both, with the check that the peer made. */
async function keys(): Promise<{ bytes: Uint8Array<ArrayBuffer>; storage: SecretStorage }> {
  const bytes = new Uint8Array(randomBytes(32));
  const { iv, mac } = await calculateKeyCheck(bytes);
  const storage = await SecretStorage.open({ algorithm: ALGORITHM, iv, mac } as KeyDescription, encodeRecoveryKey(bytes) ?? "");
  assert.equal(storage.isConfirmed, true);
  return { bytes, storage };
}

test("matrix-js-sdk seals, keyhaven opens", async () => {
  const { bytes, storage } = await keys();
  for (const name of NAMES) {
    for (const secret of ["", "a", "a secret of more than one block of AES", "пароль 🔑"]) {
      const item = await encryptItem(secret, bytes, name);
      assert.equal(decode(storage.decrypt(name, item as EncryptedSecret)), secret);
    }
  }
});

test("keyhaven seals, matrix-js-sdk opens", async () => {
  const { bytes, storage } = await keys();
  for (const name of NAMES) {
    for (const secret of ["a", "a secret of more than one block of AES", "пароль 🔑"]) {
      const item = storage.encrypt(name, encode(secret));
      assert.equal(await decryptItem({ ...item }, bytes, name), secret);
    }
  }
});

test("both refuse a secret under another name", async () => {
  const { bytes, storage } = await keys();
  const item = await encryptItem("secret", bytes, "a");
  await assert.rejects(decryptItem(item, bytes, "b"));
  assert.throws(() => storage.decrypt("b", item as EncryptedSecret), { code: "wrong-secret" });
});

test("an account's storage, made by matrix-js-sdk with a passphrase, opens by passphrase and by text, and gives its backup key", async () => {
  const account = new Map<string, Record<string, unknown>>();
  let bytes = new Uint8Array<ArrayBuffer>(new ArrayBuffer(0));
  // The account data of a home server, as far as this needs one.
  const home = {
    getAccountDataFromServer: async (type: string) => account.get(type) ?? null,
    getAccountData: () => undefined,
    setAccountData: async (type: string, content: Record<string, unknown>) => void account.set(type, content),
    on: () => home,
    removeListener: () => home,
    off: () => home,
  };
  const callbacks = { getSecretStorageKey: async ({ keys }: { keys: object }) => [Object.keys(keys)[0] ?? "", bytes] as [string, typeof bytes] };
  const theirs = new ServerSideSecretStorageImpl(home as never, callbacks as never);
  const passphrase = { algorithm: "m.pbkdf2", iterations: 10_000, salt: "0123456789abcdefghijklmnopqrstuv" } as const;
  bytes = new Uint8Array(await deriveRecoveryKeyFromPassphrase("walrus kettle orbit plum", passphrase.salt, passphrase.iterations));
  const { keyId, keyInfo } = await theirs.addKey(ALGORITHM, { passphrase, key: bytes } as never);
  const backupKey = randomBytes(32).toString("base64");
  await theirs.store("m.megolm_backup.v1", backupKey, [keyId]);

  const description = account.get(`m.secret_storage.key.${keyId}`) as unknown as KeyDescription;
  assert.deepEqual({ ...description }, { ...keyInfo });
  const { encrypted } = account.get("m.megolm_backup.v1") as { encrypted: Record<string, EncryptedSecret> };
  for (const typed of ["walrus kettle orbit plum", encodeRecoveryKey(bytes) ?? ""]) {
    const storage = await SecretStorage.open(description, typed);
    assert.equal(storage.isConfirmed, true);
    const secret = storage.decrypt("m.megolm_backup.v1", encrypted[keyId] as EncryptedSecret);
    assert.equal(decode(secret), backupKey);
    assert.equal(RecoveryKey.fromSecret(secret).text, encodeRecoveryKey(Buffer.from(backupKey, "base64")));
  }
  await assert.rejects(SecretStorage.open(description, "walrus kettle orbit plums"), { code: "wrong-key" });
});
