/** The keys that a password gives, derived here once more: `docs/key-hierarchy.md` in another language. */

import { createHash, hkdfSync } from "node:crypto";

import { argon2id } from "@noble/hashes/argon2.js";

import { utf8 } from "../suite/check.js";

interface Derivation {
  readonly kdf: { readonly memory_kib: number; readonly passes: number; readonly lanes: number };
  readonly server_salt: string;
}

/** What a password gives for an account. */
export interface PasswordKeys {
  /** What is searched for. */
  readonly secrets: Record<string, Uint8Array>;
  /** What is sent to sign in, as base64url: a control of all of it. */
  readonly sent: string;
}

/** @param address In lower case. @param password In ASCII. */
export async function keysOf(url: string, address: string, password: string): Promise<PasswordKeys> {
  const { kdf, server_salt } = await derivation(url, address);
  const salt = createHash("sha256");
  for (const part of [utf8("keyhaven/persona/salt/1"), utf8(new URL(url).origin), utf8(address), Buffer.from(server_salt, "base64url")]) {
    const len = Buffer.alloc(4);
    len.writeUInt32BE(part.length);
    salt.update(len).update(part);
  }
  const root = argon2id(utf8(password), salt.digest(), { m: kdf.memory_kib, t: kdf.passes, p: kdf.lanes, dkLen: 64 });
  const derived = (name: string): Buffer => Buffer.from(hkdfSync("sha256", root, new Uint8Array(), `keyhaven/persona/${name}/1`, 32));
  return {
    secrets: {
      [`the first half of the root of "${password}"`]: root.slice(0, 32),
      [`the second half of the root of "${password}"`]: root.slice(32),
      [`the wrap key of "${password}"`]: derived("wrap"),
      [`the key that signs in with "${password}"`]: derived("auth"),
    },
    sent: derived("auth").toString("base64url"),
  };
}

/** As the server tells it to whoever names the address. */
async function derivation(url: string, address: string): Promise<Derivation> {
  const answer = await fetch(`${url}/persona/v1/kdf?email=${encodeURIComponent(address)}`);
  const { derivations } = (await answer.json()) as { derivations: Derivation[] };
  const [newest] = derivations;
  if (newest === undefined) throw new Error(`${answer.status}: no derivation`);
  return newest;
}
