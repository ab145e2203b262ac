import type { EncryptedSecret, KeyDescription } from "keyhaven";

import { ENGINES, base64, equal, failure, unhex, utf8, type Case, type Package } from "./check.js";
import type { Vectors } from "./vectors.js";

const CODES: Record<string, string> = {
  algorithm: "unsupported-algorithm",
  bits: "unsupported-key-length",
  check: "invalid-description",
  iterations: "rounds-out-of-range",
  json: "invalid-description",
  not_a_key: "not-a-key",
  wrong_key: "wrong-key",
  format: "invalid-secret",
  wrong_secret: "wrong-secret",
};
const ALGORITHM = "m.secret_storage.v1.aes-hmac-sha2";

/** @param full What seals too, if `pkg` only opens. */
export function secretStorageCases(pkg: Package, vectors: Vectors, full: Package): Case[] {
  /** Storage under a key of which nothing says that it is right. */
  const storageOf = async (hex: string, { RecoveryKey, SecretStorage }: Package = pkg) => {
    const { text } = RecoveryKey.fromSecret(utf8(base64(unhex(hex))));
    return SecretStorage.open({ algorithm: ALGORITHM }, text);
  };
  return [
    ...ENGINES.flatMap((engine) =>
      vectors("secret-storage", "matrix.storage.open").map(({ name, input, output, error }) => ({
        name: `secret storage by ${engine}: ${name}`,
        run: async () => {
          const { description, typed } = input as unknown as { description: KeyDescription; typed: string };
          const open = () => pkg.SecretStorage.open(description, typed, { maxRounds: 10_000, engine });
          if (error !== undefined) return equal((await failure(pkg, open)).code, CODES[error.name]);
          const { key, confirmed } = output as unknown as { key: string; confirmed: boolean };
          const [storage, expected] = [await open(), await storageOf(key, full)];
          equal(storage.isConfirmed, confirmed);
          // Its key is the expected one: each opens what the other has sealed.
          const secret = Uint8Array.of(1, 2, 3);
          if ("encrypt" in storage) equal([...expected.decrypt("n", storage.encrypt("n", secret))], [1, 2, 3]);
          equal([...storage.decrypt("n", expected.encrypt("n", secret))], [1, 2, 3]);
          storage.free();
        },
      })),
    ),
    ...vectors("secret-storage", "matrix.storage.decrypt").map(({ name, input, output, error }) => ({
      name: `secret: ${name}`,
      run: async () => {
        const { key, name: secretName, secret } = input as unknown as { key: string; name: string; secret: EncryptedSecret };
        const storage = await storageOf(key);
        const open = () => storage.decrypt(secretName, secret);
        if (error !== undefined) return equal((await failure(pkg, open)).code, CODES[error.name]);
        const { plaintext } = output as unknown as { plaintext: string };
        equal(new TextDecoder().decode(open()), plaintext);
      },
    })),
    {
      name: "a sealed secret does not open under another name, and no two of them have the same bytes",
      run: async () => {
        const storage = await storageOf("07".repeat(32));
        const [one, other] = [storage.encrypt("a", utf8("seed")), storage.encrypt("a", utf8("seed"))];
        equal(one.ciphertext === other.ciphertext, false);
        equal((await failure(pkg, () => storage.decrypt("b", one))).code, "wrong-secret");
      },
    },
  ];
}
