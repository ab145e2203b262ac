import { call, drawn } from "./call.js";
import type { DeriveOptions } from "./recovery-key.js";
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
