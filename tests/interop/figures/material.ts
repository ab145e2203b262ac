// What is measured with, the same for Node and for browsers: made once, kept beside the scripts.
import { writeFileSync } from "node:fs";

import { freshSessions, olm, sdk } from "../tests/peers.js";

/** Sessions in the large key file. */
const IN_FILE = 20_000;
/** Entries of a backup that are opened and sealed in a round. */
const ENTRIES = 2_000;

/** What {@link measure} takes. */
export interface Material {
  readonly passphrase: string;
  /** A key file of many sessions, of which the key costs next to nothing. */
  readonly file: string;
  readonly sessions: number;
  /** A key file of one session under 500,000 rounds. */
  readonly slowFile: string;
  readonly privateKey: string;
  readonly publicKey: string;
  readonly entries: readonly Entry[];
}

export interface Entry {
  readonly roomId: string;
  readonly sessionId: string;
  readonly sessionData: { readonly ephemeral: string; readonly ciphertext: string; readonly mac: string };
  readonly plaintext: string;
}

const passphrase = "walrus kettle orbit plum";
const sessions = freshSessions(IN_FILE);
const key = sdk.BackupDecryptionKey.createRandomKey();
const publicKey = key.megolmV1PublicKey.publicKeyBase64;
const writer = new olm.PkEncryption();
writer.set_recipient_key(publicKey);
const entries = sessions.slice(0, ENTRIES).map(({ room_id: roomId, session_id: sessionId, ...inside }): Entry => {
  const plaintext = JSON.stringify(inside);
  const { ephemeral, ciphertext, mac } = writer.encrypt(plaintext);
  return { roomId, sessionId, sessionData: { ephemeral, ciphertext, mac }, plaintext };
});
const material: Material = {
  passphrase,
  file: sdk.OlmMachine.encryptExportedRoomKeys(JSON.stringify(sessions), passphrase, 1),
  sessions: IN_FILE,
  slowFile: sdk.OlmMachine.encryptExportedRoomKeys(JSON.stringify(sessions.slice(0, 1)), passphrase, 500_000),
  privateKey: key.toBase64(),
  publicKey,
  entries,
};
writeFileSync(process.argv[2] ?? "material.json", JSON.stringify(material));
