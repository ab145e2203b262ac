/// <reference lib="esnext.disposable" preserve="true" />

import {
  RecoveryKey as Handle,
  repairByKeyCheck,
  repairByPublicKey,
} from "#glue";

import { perform } from "./answering.js";
import {
  decryptEntries,
  decryptOne,
  type BackupEntry,
  type BackupRooms,
  type DecryptSessionsOptions,
  type DecryptedSession,
  type EntriesRead,
} from "./backup.js";
import { MAX_ROUNDS, asRounds, call, drawn, makeDisposable, utf8, withSecret, type CallOptions } from "./call.js";
import { KeyhavenError } from "./error.js";
import { assertReady } from "./load.js";
import type { KeyDescription } from "./secret-storage.js";

/** What {@link RecoveryKey.repair} compares with. */
export type RepairBy =
  /** `public_key` of the backup's `auth_data`. */
  | { readonly publicKey: string }
  /** The description of the key of secret storage, which must have a key check (`iv` and `mac`). */
  | { readonly keyCheck: KeyDescription };

/** A key that a mistyped text may stand for: to show to its owner, and never to use in silence. */
export interface Repair {
  /** The key that was found right. */
  readonly key: RecoveryKey;
  /** Its text. */
  readonly text: string;
  /** The first character that differs, from 1, white space not counted. */
  readonly position: number;
}

/** How a key was made of a passphrase. */
export interface PassphraseParameters {
  /** As the account or the backup has it. */
  readonly salt: string;
  readonly iterations: number;
  /** 256, the default, or refused. */
  readonly bits?: number;
}

/** Options of what derives from a passphrase. */
export interface DeriveOptions extends CallOptions {
  /** Most iterations that are derived; 10,000,000 by default. */
  readonly maxRounds?: number;
}

/**
 * A recovery key of Matrix: the private key of a room key backup, or the key of secret storage. Its bytes stay in the
 * memory of the wasm and are wiped by {@link RecoveryKey.free}.
 *
 * @see https://spec.matrix.org/v1.19/appendices/#cryptographic-key-representation
 */
export class RecoveryKey {
  readonly #handle: Handle;

  private constructor(handle: Handle) {
    this.#handle = handle;
  }

  /** A new one, from the randomness of the platform. */
  static generate(): RecoveryKey {
    const bytes = drawn(32);
    try {
      return new RecoveryKey(call(() => Handle.fromBytes(bytes)));
    } finally {
      bytes.fill(0);
    }
  }

  /**
   * Reads what a person typed or pasted. White space and dashes are passed over.
   *
   * One mistake in some hundreds passes: what is read is certain only after `publicKey` is that of the backup.
   *
   * @throws {KeyhavenError} `recovery-key-empty`, `recovery-key-length`, `recovery-key-character`,
   *   `recovery-key-prefix`, `recovery-key-parity`.
   */
  static fromText(text: string): RecoveryKey {
    return new RecoveryKey(call(() => withSecret(text, (typed) => Handle.fromText(typed))));
  }

  /**
   * Reads the secret `m.megolm_backup.v1` as {@link SecretStorage.decrypt} gives it: base64 of the private key. The caller
   * wipes its bytes.
   *
   * @throws {KeyhavenError} `invalid-private-key`.
   */
  static fromSecret(secret: Uint8Array): RecoveryKey {
    return new RecoveryKey(call(() => Handle.fromSecret(secret)));
  }

  /**
   * Looks for the one slip (another character, or two neighbours swapped) that makes a key of `text`; nothing if there is
   * none.
   *
   * @throws {KeyhavenError} `invalid-public-key`, `invalid-description`.
   */
  static repair(text: string, by: RepairBy): Repair | undefined {
    const found = call(() =>
      withSecret(text, (typed) =>
        "publicKey" in by
          ? repairByPublicKey(typed, by.publicKey)
          : repairByKeyCheck(typed, utf8(JSON.stringify(by.keyCheck))),
      ),
    );
    if (found === undefined) return undefined;
    const { position, text: written } = found;
    return { key: new RecoveryKey(call(() => found.intoKey())), text: written, position };
  }

  /**
   * Derives the key from a passphrase (PBKDF2 with HMAC-SHA-512), with the parameters that stand in the account's key
   * description, or as `private_key_salt` and `private_key_iterations` in an old backup.
   *
   * @throws {KeyhavenError} `rounds-out-of-range`, `unsupported-key-length`, `empty-passphrase`, `passphrase-too-long`.
   */
  static async fromPassphrase(
    passphrase: string,
    parameters: PassphraseParameters,
    options: DeriveOptions = {},
  ): Promise<RecoveryKey> {
    const iterations = asRounds(parameters.iterations, "iterations");
    const bits = asRounds(parameters.bits ?? 256, "bits");
    const maxRounds = asRounds(options.maxRounds ?? MAX_ROUNDS, "maxRounds");
    const task = call(() =>
      withSecret(passphrase, (typed) => Handle.fromPassphrase(typed, parameters.salt, iterations, bits, maxRounds)),
    );
    return new RecoveryKey(await perform(task, options, (task) => task.toRecoveryKey()));
  }

  /** The text that a person keeps: twelve groups of four characters. */
  get text(): string {
    return call(() => this.#handle.text);
  }

  /** What a backup under this key has as `public_key` in its `auth_data`: base64. */
  get publicKey(): string {
    return call(() => this.#handle.publicKey);
  }

  /**
   * The session of one entry of a backup.
   *
   * @param entry As `GET /room_keys/keys/{roomId}/{sessionId}` answers it.
   * @param place Where the server has it.
   * @throws {KeyhavenError} `entry-not-opened`, with the `reason`.
   */
  decryptSession(entry: BackupEntry, place: { readonly roomId: string; readonly sessionId: string }): DecryptedSession {
    const reader = call(() => this.#handle.reader());
    try {
      return decryptOne(reader, entry, place);
    } finally {
      reader.free();
    }
  }

  /**
   * The sessions of many entries. Those that stay closed are named, and the others open; so is a room that is none. At most
   * 256 come at a time, in the order of `rooms`.
   *
   * With `{ workers: n }` the work is done beside this thread: see {@link DecryptSessionsOptions.workers}.
   *
   * @param rooms As `GET /room_keys/keys` answers it, the object under `rooms`.
   * @throws {KeyhavenError} `invalid-argument` for `rooms` that are no object. With workers: `no-workers`, `worker-ended`.
   */
  async *decryptSessions(rooms: BackupRooms, options: DecryptSessionsOptions = {}): AsyncGenerator<EntriesRead, void, undefined> {
    if (typeof rooms !== "object" || rooms === null) throw new KeyhavenError("invalid-argument", { argument: "rooms" });
    if (options.workers !== undefined) {
      const module = assertReady();
      // Loaded when it is asked for: who does not ask does not pay.
      const { decryptInWorkers } = await import("./workers.js");
      yield* decryptInWorkers(rooms, options, { module, KeyhavenError, show: (viewer) => call(() => this.#handle.show(viewer)) });
      return;
    }
    const reader = call(() => this.#handle.reader());
    try {
      yield* decryptEntries(reader, rooms, options);
    } finally {
      reader.free();
    }
  }

  /** Wipes the key. It is of no use afterwards, but to be freed again, which does nothing. */
  free(): void {
    this.#handle.free();
  }

  /** {@link RecoveryKey.free}, for `using`. */
  declare [Symbol.dispose]: () => void;

  /** For what seals with it. @internal */
  static handleOf(key: RecoveryKey): Handle {
    if (!(key instanceof RecoveryKey)) throw new KeyhavenError("invalid-argument", { argument: "a recovery key" });
    return key.#handle;
  }
}

makeDisposable(RecoveryKey);
