import { describeKey as describe } from "#glue";

import { MAX_ROUNDS, asRounds, call, drawn } from "./call.js";
import { RecoveryKey, type DeriveOptions, type PassphraseParameters } from "./recovery-key.js";
import { SecretStorage as Opened, openHandle, type EncryptedSecret, type KeyDescription } from "./secret-storage.js";

/**
 * The secrets of an account under one key. The key stays in the memory of the wasm and is wiped by
 * {@link SecretStorage.free}.
 *
 * @see https://spec.matrix.org/v1.19/client-server-api/#msecret_storagev1aes-hmac-sha2
 */
export class SecretStorage extends Opened {
  /**
   * Opens with what was typed into one field: the text of the recovery key, or else the passphrase.
   *
   * @throws {KeyhavenError} `invalid-description`, `unsupported-algorithm`, `wrong-key`, `not-a-key`,
   *   `rounds-out-of-range`, `unsupported-key-length`, `empty-passphrase`, `passphrase-too-long`.
   */
  static override async open(
    description: KeyDescription,
    passphraseOrText: string,
    options: DeriveOptions = {},
  ): Promise<SecretStorage> {
    return new SecretStorage(await openHandle(description, passphraseOrText, options));
  }

  /** A secret under this name, for the account data. */
  encrypt(name: string, plaintext: Uint8Array): EncryptedSecret {
    return call(() => Opened.handleOf(this).encrypt(name, plaintext, drawn(16))) as EncryptedSecret;
  }
}

/**
 * The description of a key for new secret storage, with a key check: the content of `m.secret_storage.key.<id>`. A name is
 * for the caller to add: `{ ...describeKey(key), name }`.
 *
 * @param parameters How the key was derived, if it was by {@link RecoveryKey.fromPassphrase}: its passphrase opens the storage
 *   then. A random salt of 32 characters and 500,000 iterations are usual.
 * @throws {KeyhavenError} `rounds-out-of-range`, `unsupported-key-length`.
 */
export function describeKey(key: RecoveryKey, parameters?: PassphraseParameters): KeyDescription {
  const { salt, iterations, bits = 256 }: Partial<PassphraseParameters> & { iterations: number } = parameters ?? { iterations: 0 };
  const [rounds, length] = [asRounds(iterations, "iterations"), asRounds(bits, "bits")];
  return call(() => describe(RecoveryKey.handleOf(key), salt, rounds, length, MAX_ROUNDS, drawn(16))) as KeyDescription;
}
