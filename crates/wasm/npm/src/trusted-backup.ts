import { publicKeyOf, publicKeySignedBy } from "#glue";

import { call, utf8 } from "./call.js";
import { RecoveryKey } from "./recovery-key.js";

/** `auth_data` of `GET /room_keys/version`: what a backup says of itself. */
export interface BackupAuthData {
  /** Base64 of 32 bytes. */
  readonly public_key: string;
  /** By user id and key id, base64. */
  readonly signatures?: { readonly [userId: string]: { readonly [keyId: string]: string } };
  readonly [field: string]: unknown;
}

/** Who vouches for a backup. */
export type BackupTrust =
  /** An Ed25519 key that is trusted already: that of this device, or a cross-signing key that this device has verified. */
  | {
      readonly userId: string;
      /** With its algorithm: `ed25519:…`. */
      readonly keyId: string;
      /** Base64 of the public key, as it is known **here**: never as the server tells it together with the backup. */
      readonly key: string;
    }
  /** The recovery key of the backup, from its owner or from secret storage. */
  | { readonly recoveryKey: RecoveryKey };

/**
 * The public key of a backup, once somebody who is trusted vouches for it: what {@link encryptSession} may be given. A server
 * can make up a backup under a key of its own, and reads everything that is sealed for it.
 *
 * @param authData As the server answers it. Everything but `signatures` and `unsigned` is what is signed.
 * @returns Base64, unpadded.
 * @throws {KeyhavenError} `untrusted-backup`, with the `reason`; `invalid-auth-data`; `invalid-public-key` for the key of
 *   who signs.
 * @see https://spec.matrix.org/v1.19/client-server-api/#server-side-key-backups
 */
export function trustedPublicKey(authData: BackupAuthData, by: BackupTrust): string {
  const json = utf8(JSON.stringify(authData) ?? "");
  return call(() =>
    "recoveryKey" in by
      ? publicKeyOf(json, RecoveryKey.handleOf(by.recoveryKey))
      : publicKeySignedBy(json, by.userId, by.keyId, by.key),
  );
}
