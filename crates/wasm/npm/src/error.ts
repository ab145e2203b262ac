/**
 * What can go wrong. A program decides by these; they stay as they are from version to version.
 *
 * Beside a code stand the values of `details` that belong to it.
 */
export type KeyhavenErrorCode =
  // Starting.
  /** Something was called before `init()` was done. */
  | "not-initialised"
  /** The wasm could not be loaded or compiled here: `cause` says why. */
  | "load-failed"
  /** The bytes of the wasm are not those that this package was published with. */
  | "altered"
  /** An argument is of another type or range than its documentation says: `argument`. */
  | "invalid-argument"
  /** The handle was freed, or given up by a call that takes it over. */
  | "freed"
  // Workers.
  /** No worker came up: there are none here, a policy refuses them, or the script was not found. `cause` says which. */
  | "no-workers"
  /** A worker ended in the middle of its work. What came before is good; `cause` says what is known. */
  | "worker-ended"
  // Key files.
  /** The first line of a key file is missing: this is another kind of file. */
  | "not-a-key-file"
  /** The last line is missing: the file was cut off. No passphrase helps. */
  | "incomplete-file"
  /** A character that is in no key file, `offset` bytes from the start. */
  | "damaged-file"
  /** Too little between the lines, or no rounds. */
  | "damaged-header"
  /** Version `found` of the format. */
  | "unsupported-version"
  /** `rounds` are more than `max`: set `maxRounds` if the person agrees to wait. */
  | "too-many-rounds"
  /** The tag does not fit. The format cannot tell another passphrase from a changed byte. */
  | "wrong-passphrase-or-damaged"
  /** The file is another one than it was at the first reading. Browsers notice most changes themselves: `unreadable-file`. */
  | "file-changed"
  /** The file cannot be read: it was changed, moved or removed since it was picked, or may not be read. `cause` says what is known. */
  | "unreadable-file"
  /** The file opened, and there is no list of sessions in it. */
  | "not-sessions"
  /** Nothing was typed. */
  | "empty-passphrase"
  /** More than 64 KiB were typed. */
  | "passphrase-too-long"
  /** `rounds` are not between `floor` and `ceiling`. */
  | "rounds-out-of-range"
  /** A derivation of `bits` bits. */
  | "unsupported-key-length"
  // Recovery keys.
  /** There is no character of a recovery key. */
  | "recovery-key-empty"
  /** A recovery key has 48 characters, and `found` were found. */
  | "recovery-key-length"
  /** The character at `position` (from 1) is in no recovery key; it may stand for one of `candidates`. */
  | "recovery-key-character"
  /** 48 characters that are something else. */
  | "recovery-key-prefix"
  /** A typing mistake: `RecoveryKey.repair` may find it. */
  | "recovery-key-parity"
  /** Not the base64 of 32 bytes. */
  | "invalid-public-key"
  /** Not the base64 of a private key. */
  | "invalid-private-key"
  // Backups.
  /** An entry of a backup stays closed: `reason`, one of `EntryReason`. */
  | "entry-not-opened"
  // Secret storage.
  /** Not the description of a key, or one without a key check where one is needed. */
  | "invalid-description"
  /** Another algorithm than `m.secret_storage.v1.aes-hmac-sha2`. */
  | "unsupported-algorithm"
  /** What was typed is neither the recovery key nor the passphrase. */
  | "wrong-key"
  /** What was typed is no recovery key, and there is no passphrase for this key. */
  | "not-a-key"
  /** Not an encrypted secret. */
  | "invalid-secret"
  /** The tag of a secret does not fit: another key, another name, or it was altered. */
  | "wrong-secret"
  // Sealing.
  /** The session at `index` is refused: `reason`, and `field` where it is about one. */
  | "invalid-session"
  /** The session begins at `first`, behind `index`: a ratchet does not turn back. */
  | "index-behind"
  /** Not the `auth_data` of a backup. */
  | "invalid-auth-data"
  /**
   * Who was named does not vouch for the backup: `reason` is `"not-signed"` (there is no signature of this user and key),
   * `"wrong-signature"`, or `"other-key"` (the public key is not that of the recovery key). Seal nothing for it.
   */
  | "untrusted-backup"
  /** The public key of the backup would make everything under it known to all. */
  | "low-order-public-key"
  // Persona backups (`keyhaven/persona`). Beside a code that a server had to do with stand `effect` (what became of what was
  // asked for: `none` nothing, `open` it may have been done, `done` it was done) and `requestId`, where they are known.
  /** Not the address of a server: an `https:` one, or `http:` for a test. */
  | "invalid-server"
  /** Not an e-mail address, or one that the server does not take. */
  | "address-refused"
  /** A character that the tables of this platform do not know: what is derived from it may differ elsewhere. */
  | "unknown-character"
  /** There is an account of this address: sign in, or reset the password. */
  | "address-taken"
  /** Address or password is wrong; which one is not told. */
  | "wrong-credentials"
  /** Not the last password that opened this backup. */
  | "wrong-old-password"
  /** Not a recovery code, or one with a typing mistake, in `group` (from 1) where that is known. Nothing was sent. */
  | "recovery-code"
  /** A whole recovery code, of another backup or address. */
  | "wrong-recovery-code"
  /** What was typed are not the two groups of the recovery code that were asked for. */
  | "wrong-groups"
  /** The link of a letter is wrong, used or too old. */
  | "link-spent"
  /** Another device finished this sign-up first: sign in. The recovery code that was shown here opens nothing. */
  | "set-up-elsewhere"
  /** The session is over: sign in again. */
  | "sign-in-again"
  /** The password was reset by mail, and the backup not unlocked since: nothing is overwritten or deleted before. */
  | "account-unproven"
  /** Two people hold something of the account: the recovery code decides, on the server's page. */
  | "account-disputed"
  /** Somebody who reads the mailbox froze the account: it is lifted on the server's page. */
  | "account-frozen"
  /** The account is deleted. */
  | "account-deleted"
  /** There is no such persona. */
  | "gone"
  /** The name or the media type is empty or too long. */
  | "name-refused"
  /** More bytes than the `max` that a persona can have. */
  | "too-large"
  /** The account has no more room, or holds as many personas as it can. */
  | "quota-exceeded"
  /** Other devices kept writing in between: read again. */
  | "changed-meanwhile"
  /** The server shows an older list than this device has seen: nothing is written over it before `acceptOlder`. */
  | "list-went-back"
  /** No connection, or it broke: `cause` says why. */
  | "offline"
  /** Too many tries: again after `retryAfter` seconds, where they are known. */
  | "rate-limited"
  /** The server has too much to do: again after `retryAfter` seconds, where they are known. */
  | "server-busy"
  /** A fault inside the server. */
  | "server-failed"
  /** The answer of the server is not what it must be, and nothing of it was used. */
  | "bad-answer"
  /** The server refused what this package sent, with `status`: please report it. */
  | "request-refused"
  // Everywhere.
  /** The device cannot spare the memory. */
  | "out-of-memory"
  /** A mistake of this package, or no memory where there was no other way to say so: `cause` says which. Please report it. */
  | "internal"
  /** The wasm ended in the middle of something, by an `internal` error before: it must be loaded again, in a new page or worker. */
  | "unusable";

/** The values that belong to a code. None of them is secret. */
export type ErrorDetails = Readonly<Record<string, number | string>>;

/** Everything that this package throws, except the reason of an `AbortSignal`, which is thrown as it is. */
export class KeyhavenError extends Error {
  override readonly name = "KeyhavenError";
  /** What went wrong. */
  readonly code: KeyhavenErrorCode;
  /** What is known of it: see the code. */
  readonly details: ErrorDetails;

  constructor(code: KeyhavenErrorCode, details: ErrorDetails = {}, options?: ErrorOptions) {
    const values = Object.entries(details).map(([name, value]) => `${name} ${value}`);
    super(values.length === 0 ? code : `${code} (${values.join(", ")})`, options);
    this.code = code;
    this.details = details;
  }
}

/** The error for what wasm threw: a list of the code, and of names and values. @internal */
export function errorOf(thrown: unknown): unknown {
  // A trap is an error already, and everything else is of the caller, such as the reason of a signal.
  if (!Array.isArray(thrown)) return thrown;
  const [code, ...pairs] = thrown as [KeyhavenErrorCode, ...(string | number | undefined)[]];
  const details: Record<string, number | string> = {};
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    const value = pairs[at + 1];
    if (value !== undefined) details[String(pairs[at])] = value;
  }
  return new KeyhavenError(code, details);
}
