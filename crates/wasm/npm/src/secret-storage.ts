/// <reference lib="esnext.disposable" preserve="true" />

import { SecretStorageKey, type SecretStorage as Handle } from "#glue";

import { perform } from "./answering.js";
import { MAX_ROUNDS, asRounds, call, makeDisposable, utf8, withSecret } from "./call.js";
import type { DeriveOptions } from "./recovery-key.js";

/** The content of `m.secret_storage.key.<id>` in the account data. */
export interface KeyDescription {
  readonly algorithm: string;
  readonly name?: string | null;
  /** The key check. */
  readonly iv?: string | null;
  readonly mac?: string | null;
  readonly passphrase?: {
    readonly algorithm: string;
    readonly salt: string;
    readonly iterations: number;
    readonly bits?: number;
  } | null;
  readonly [field: string]: unknown;
}

/** A secret as it stands in the account data, under `encrypted` and the id of the key. */
export interface EncryptedSecret {
  readonly iv: string;
  readonly ciphertext: string;
  readonly mac: string;
}

/**
 * The secrets of an account under one key. The key stays in the memory of the wasm and is wiped by
 * {@link SecretStorage.free}.
 *
 * @see https://spec.matrix.org/v1.19/client-server-api/#msecret_storagev1aes-hmac-sha2
 */
export class SecretStorage {
  readonly #handle: Handle;

  /** @internal */
  protected constructor(handle: Handle) {
    this.#handle = handle;
  }

  /** @internal */
  static handleOf(storage: SecretStorage): Handle {
    return storage.#handle;
  }

  /**
   * Opens with what was typed into one field: the text of the recovery key, or else the passphrase.
   *
   * @throws {KeyhavenError} `invalid-description`, `unsupported-algorithm`, `wrong-key`, `not-a-key`,
   *   `rounds-out-of-range`, `unsupported-key-length`, `empty-passphrase`, `passphrase-too-long`.
   */
  static async open(description: KeyDescription, passphraseOrText: string, options: DeriveOptions = {}): Promise<SecretStorage> {
    return new SecretStorage(await openHandle(description, passphraseOrText, options));
  }

  /** Whether a key check said that the key is the right one. Where there is none, only a secret that opens says so. */
  get isConfirmed(): boolean {
    return call(() => this.#handle.isConfirmed);
  }

  /**
   * The secret of this name, as bytes: wipe them when they are no longer needed.
   *
   * @throws {KeyhavenError} `invalid-secret`, `wrong-secret`.
   */
  decrypt(name: string, value: EncryptedSecret): Uint8Array {
    return call(() => this.#handle.decrypt(name, utf8(JSON.stringify(value))));
  }

  /** Wipes the key. It is of no use afterwards, but to be freed again, which does nothing. */
  free(): void {
    this.#handle.free();
  }

  /** {@link SecretStorage.free}, for `using`. */
  declare [Symbol.dispose]: () => void;
}

makeDisposable(SecretStorage);

/** @internal */
export async function openHandle(description: KeyDescription, passphraseOrText: string, options: DeriveOptions): Promise<Handle> {
  const maxRounds = asRounds(options.maxRounds ?? MAX_ROUNDS, "maxRounds");
  const key = call(() => new SecretStorageKey(utf8(JSON.stringify(description))));
  const task = call(() => withSecret(passphraseOrText, (typed) => key.open(typed, maxRounds)));
  return perform(task, options, (task) => task.toSecretStorage());
}
