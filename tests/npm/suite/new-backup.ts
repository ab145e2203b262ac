/** What a messenger needs to begin a backup, or to go on with one that is not its own. */

import type { BackupAuthData, ExportedSession } from "keyhaven";

import { ENGINES, base64, equal, failure, utf8, type Case, type Package } from "./check.js";
import type { Vectors } from "./vectors.js";

interface Verify {
  readonly auth_data: BackupAuthData;
  readonly user_id: string;
  readonly key_id: string;
  readonly key: string;
}

const CODES: Record<string, readonly [string, string?]> = {
  auth_data: ["invalid-auth-data"],
  missing: ["untrusted-backup", "not-signed"],
  wrong: ["untrusted-backup", "wrong-signature"],
};

/** All of it is of what seals. */
export function newBackupCases(_: Package, vectors: Vectors, pkg: Package): Case[] {
  return [
    ...vectors("backup", "matrix.auth_data.verify").map(({ name, input, output, error }) => ({
      name: `auth_data, by its signature (seals): ${name}`,
      run: async () => {
        const { auth_data, user_id: userId, key_id: keyId, key } = input as unknown as Verify;
        const check = () => pkg.trustedPublicKey(auth_data, { userId, keyId, key });
        if (output !== undefined) return equal(check(), output["public_key"]);
        const [code, reason] = CODES[error?.name ?? ""] ?? [];
        equal(await failure(pkg, check), { code, details: reason === undefined ? {} : { reason } });
      },
    })),
    { name: "auth_data is trusted by its recovery key, and by no other (seals)", run: () => isTrusted(pkg) },
    ...vectors("session", "matrix.session.ratchet").map(({ name, input, output, error }) => ({
      name: `a session from a later message on (seals): ${name}`,
      run: async () => {
        const { session_key, index } = input as unknown as { session_key: string; index: number };
        const later = () => pkg.ratchetSession({ ...sessionOf(vectors), session_key } as ExportedSession, index);
        if (output !== undefined) return equal(later().session_key, output["session_key"]);
        const behind = { code: "index-behind", details: { first: error?.["first_index"], index } };
        const none = { code: "invalid-session", details: { index: 0, reason: "bad-session-key" } };
        equal(await failure(pkg, later), error?.name === "backward" ? behind : none);
      },
    })),
    { name: "no session turns back, and what is none is refused (seals)", run: () => refusesToTurnBack(pkg, vectors) },
    ...ENGINES.map((engine) => ({ name: `new secret storage opens by its key and its passphrase, by ${engine} (seals)`, run: () => describes(pkg, engine) })),
  ];
}

function sessionOf(vectors: Vectors): Partial<ExportedSession> {
  const { input } = vectors("backup", "matrix.backup.seal")[0] as { input: Record<string, never> };
  const { session_id: _, ...session } = input["session"] as unknown as ExportedSession;
  return session;
}

async function isTrusted(pkg: Package): Promise<void> {
  const [key, other] = [pkg.RecoveryKey.generate(), pkg.RecoveryKey.generate()];
  for (const public_key of [key.publicKey, `${key.publicKey}=`]) {
    const authData = { public_key, signatures: { "@ada:example.org": { "ed25519:X": "AA" } } };
    equal(pkg.trustedPublicKey(authData, { recoveryKey: key }), key.publicKey);
    const refused = await failure(pkg, () => pkg.trustedPublicKey(authData, { recoveryKey: other }));
    equal(refused, { code: "untrusted-backup", details: { reason: "other-key" } });
    const signed = { userId: "@ada:example.org", keyId: "ed25519:X" };
    equal((await failure(pkg, () => pkg.trustedPublicKey(authData, { ...signed, key: "short" }))).code, "invalid-public-key");
  }
  for (const none of [{}, [], null, undefined, { public_key: "AA" }]) {
    const check = () => pkg.trustedPublicKey(none as unknown as BackupAuthData, { recoveryKey: key });
    equal((await failure(pkg, check)).code, "invalid-auth-data", String(none));
  }
}

async function refusesToTurnBack(pkg: Package, vectors: Vectors): Promise<void> {
  const session = sessionOf(vectors) as ExportedSession;
  const later = pkg.ratchetSession(session, 1000);
  const { session_key, ...rest } = later;
  equal({ ...rest, session_id: undefined }, { ...session, session_key: undefined, session_id: undefined }, "all but the key");
  equal(session_key === session.session_key, false);
  equal(pkg.ratchetSession(later, 1000), later, "where it is");
  equal(pkg.ratchetSession(session, 1000), pkg.ratchetSession(pkg.ratchetSession(session, 500), 1000), "in two steps");
  const behind = await failure(pkg, () => pkg.ratchetSession(later, 999));
  equal(behind, { code: "index-behind", details: { first: 1000, index: 999 } });
  for (const index of [-1, 1.5, 2 ** 32, Number.NaN]) {
    equal((await failure(pkg, () => pkg.ratchetSession(session, index))).code, "invalid-argument");
  }
  equal((await failure(pkg, () => pkg.ratchetSession({ ...session, session_key: "AA" }, 1))).code, "invalid-session");
}

async function describes(pkg: Package, engine: (typeof ENGINES)[number]): Promise<void> {
  const parameters = { salt: "salt \"and\" pepper", iterations: 1000 };
  const key = await pkg.RecoveryKey.fromPassphrase("a passphrase", parameters, { engine });
  const description = pkg.describeKey(key, parameters);
  equal(description.passphrase, { algorithm: "m.pbkdf2", ...parameters, bits: 256 });
  for (const typed of ["a passphrase", key.text]) {
    const storage = await pkg.SecretStorage.open({ ...description, name: "mine" }, typed, { engine });
    equal(storage.isConfirmed, true);
    equal(new TextDecoder().decode(storage.decrypt("n", storage.encrypt("n", utf8("secret")))), "secret");
  }
  equal((await failure(pkg, () => pkg.SecretStorage.open(description, "another", { engine }))).code, "wrong-key");
  const random = pkg.RecoveryKey.generate();
  const [one, again] = [pkg.describeKey(random), pkg.describeKey(random)];
  equal(["passphrase" in one, one.iv === again.iv, one.iv?.length], [false, false, base64(new Uint8Array(16)).length]);
  equal((await pkg.SecretStorage.open(one, random.text)).isConfirmed, true);
  equal((await failure(pkg, () => pkg.SecretStorage.open(one, key.text))).code, "wrong-key");
  equal((await failure(pkg, () => pkg.describeKey(key, { ...parameters, iterations: 0 }))).code, "rounds-out-of-range");
  equal((await failure(pkg, () => pkg.describeKey(key, { ...parameters, bits: 128 }))).code, "unsupported-key-length");
}
