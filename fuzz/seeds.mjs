// Writes the committed corpus: each good and each refused case of tests/vectors as one small file.
//
//   (cd tests/vectors && npm ci) && node fuzz/seeds.mjs

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { crc32, deflateRawSync } from "node:zlib";

import { concat, pattern, sealObject, sealedFile, unhex, utf8 } from "../tests/vectors/make/primitives.mjs";

/** Larger ones slow a fuzzer down and show nothing new; two objects of two chunks are let through. */
const MAX_BYTES = 10_000;
const LARGE = new Set(["good-pattern_of_65529", "bad-trailing_byte_after_one_full_chunk"]);

const casesOf = (name) =>
  JSON.parse(readFileSync(new URL(`../tests/vectors/${name}.json`, import.meta.url), "utf8")).cases;
const nameOf = ({ name, error }) => `${error === undefined ? "good" : "bad"}-${name.replaceAll(/[^a-z0-9_]+/g, "_").slice(0, 60)}`;
const byOp = (file, op) => casesOf(file).filter((one) => one.op === op);

/** The bytes that a case describes by pieces of good objects. */
function described({ sources = {}, pieces, flip }) {
  const made = Object.entries(sources).map(([name, source]) => [name, sealedSource(source)]);
  const byName = Object.fromEntries(made);
  const bytes = concat(...pieces.map((piece) =>
    piece.hex === undefined ? byName[piece.source].slice(piece.from, piece.to ?? undefined) : unhex(piece.hex)));
  if (flip) bytes[flip.at] ^= flip.xor;
  return bytes;
}

function sealedSource({ backup_key, account_id, object_id, counter, header_salt, content, file }) {
  const context = {
    backupKey: unhex(backup_key),
    accountId: Buffer.from(account_id, "base64url"),
    objectId: Buffer.from(object_id, "base64url"),
    counter,
    headerSalt: unhex(header_salt),
  };
  const sealed = sealObject(context, content.hex === undefined ? pattern(content.pattern) : unhex(content.hex));
  return file ? sealedFile(sealed) : sealed;
}

/** A zip of entries `{ path, content, deflated, mode, crc, at }`, right or wrong as its fields say. */
function zip(...entries) {
  const le = (value, bytes) => Buffer.from(Array.from({ length: bytes }, (_, at) => Math.floor(value / 256 ** at) & 255));
  const local = [];
  const central = [];
  let offset = 0;
  for (const { path, content = "", deflated = false, mode = 0o100600, crc, at } of entries) {
    const [name, plain] = [Buffer.from(path), Buffer.from(content)];
    const data = deflated ? deflateRawSync(plain) : plain;
    const fields = [
      le(20, 2), le(0x800, 2), le(deflated ? 8 : 0, 2), le(0, 2), le(0x21, 2), le(crc ?? crc32(plain), 4),
      le(data.length, 4), le(plain.length, 4), le(name.length, 2), le(0, 2),
    ];
    const header = Buffer.concat([utf8("PK\x03\x04"), ...fields, name, data]);
    central.push(Buffer.concat([
      utf8("PK\x01\x02"), le(0x314, 2), ...fields, le(0, 2), le(0, 2), le(0, 2), le(mode * 65536, 4), le(at ?? offset, 4), name,
    ]));
    local.push(header);
    offset += header.length;
  }
  const directory = Buffer.concat(central);
  const count = le(entries.length, 2);
  const end = [utf8("PK\x05\x06"), le(0, 4), count, count, le(directory.length, 4), le(offset, 4), le(0, 2)];
  return Buffer.concat([...local, directory, ...end]);
}

const wraps = byOp("persona/wrap", "wrap.open").map((one) => [nameOf(one), one.input.wrap]);
const [password, recovery] = ["good-password", "good-recovery"].map((name) => Object.fromEntries(wraps)[name]);
const B32 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const ID = "EBESExQVFhcYGRobHB0eHw";
const KDF = { memory_kib: 65536, passes: 3, lanes: 1 };
const KEYS = { password, recovery, unlock_proof: B32, recovery_auth: B32, new_unlock_proof: null };
const formerKeys = byOp("persona/former-keys", "former_keys.open").map((one) => [nameOf(one), one.input.sealed]);
const FORMER = Object.fromEntries(formerKeys)["good-one"];
const ACCOUNT = {
  account_id: ID, email: "carol@example.org", state: "unproven", credential_epoch: 2, key_record_version: 1,
  old_password_kept: true, created_at: 1795262400, used_bytes: 4452, quota_bytes: 1073741824,
};
const json = (entries) => Object.entries(entries).map(([name, value]) => [name, JSON.stringify(value)]);
const texts = (kind, ...all) => all.map((text, at) => [`${kind}-${String(at).padStart(2, "0")}`, text]);
const file = { path: "keyring/secrets.json", content: "{}" };

const CORPUS = {
  address: byOp("persona/address", "address.normalise").map((one) => [nameOf(one), one.input.typed]),
  archive: [
    ["good-empty", zip()],
    ["good-stored", zip(file)],
    ["good-deflated", zip({ ...file, content: "a".repeat(5000), deflated: true })],
    ["good-two_files", zip(file, { path: "b\u00fccher.txt", content: "x", deflated: true })],
    ["good-folder", zip({ path: "keyring/" }, file)],
    ["bad-way_up", zip({ path: "../../etc/passwd" })],
    ["bad-absolute", zip({ path: "/etc/passwd" })],
    ["bad-backslash", zip({ path: "..\\x" })],
    ["bad-drive", zip({ path: "C:x" })],
    ["bad-link", zip({ path: "link", content: "/etc/passwd", mode: 0o120777 })],
    ["bad-twice", zip(file, file)],
    ["bad-twice_by_another_spelling", zip({ path: "\u00fc" }, { path: "u\u0308" })],
    ["bad-shared_bytes", zip(file, { ...file, path: "keyring/other.json__", at: 0 })],
    ["bad-check_sum", zip({ ...file, crc: 1 })],
    ["bad-cut_off", zip(file).subarray(0, -1)],
    ["bad-directory_missing", zip(file).subarray(0, 52)],
    ...byOp("persona/archive", "archive.read").map((one) => [nameOf(one), unhex(one.input.archive)]),
  ],
  archive_path: [
    ...texts("good", "a", "keyring/secrets.json", "b\u00fccher/\u4f8b.txt", "u\u0308", "..a/.b", "a b", "console/com10"),
    ...texts(
      "bad", "", "a//b", "a/", "/etc/passwd", "..", "a/../../b", "./a", "C:\\a", "a:b", "a\0b",
      "a\u202etxt.exe", "CON", "a/nul.txt", "Aux .key", "com1", "LPT\u00b9.d", "a./b", "a ",
    ),
  ],
  base64url: [...texts("good", "", "Zg", "Zm8", "Zm9v", "-_8", B32), ...texts("bad", "Zg==", "Zh", "Zm9", "Z", "+_8", " Zg", "Zg\n")],
  former_keys: formerKeys.map(([name, sealed]) => [name, JSON.stringify(sealed)]),
  identifiers: [
    ...texts("good", ID, `k${B32}`, `r${B32}`, "https://backup.example.org", "http://127.0.0.1:8000", "http://[::1]:8000"),
    ...texts("bad", `${ID}==`, `x${B32}`, "k", "HTTPS://example.org", "https://example.org/", "https://example.org:443", "https://[::1"),
  ],
  inventory: byOp("persona/inventory", "inventory.parse").map((one) => [nameOf(one), one.input.text]),
  key_record: json({
    "good-first": KEYS,
    "good-password_only": { ...KEYS, recovery: null, recovery_auth: null },
    "good-new_backup_key": { ...KEYS, new_unlock_proof: B32, former_keys: FORMER },
    "good-answer": { version: 3, password_epoch: 1, credential_epoch: 2 },
    "good-release": { secret: "old_password", auth: B32 },
    "good-released": { wrap: recovery, version: 3 },
    "good-released_with_former_keys": { wrap: recovery, former_keys: FORMER, version: 3 },
    "good-unlock": { unlock_proof: B32 },
    "bad-both_proofs": { unlock_proof: B32, recovery_auth: B32 },
    "bad-unknown_field": { ...KEYS, extra: 1 },
    "bad-proof_of_31_bytes": { ...KEYS, unlock_proof: B32.slice(0, 42) },
    "bad-former_keys_of_no_length": { ...KEYS, former_keys: { ...FORMER, ciphertext: "" } },
    "bad-unknown_secret": { secret: "pin", auth: B32 },
  }),
  matrix_auth_data: byOp("matrix/backup", "matrix.auth_data.verify").map((one) => [nameOf(one), JSON.stringify(one.input.auth_data)]),
  matrix_backup_entry: byOp("matrix/backup", "matrix.backup.open").map((one) => [nameOf(one), JSON.stringify(one.input.entry)]),
  matrix_key_file: byOp("matrix/key-file", "matrix.key_file.open").map((one) => [nameOf(one), one.input.file]),
  matrix_recovery_key: [
    ...byOp("matrix/recovery-key", "matrix.recovery_key.parse"),
    ...byOp("matrix/recovery-key", "matrix.recovery_key.repair"),
  ].map((one) => [nameOf(one), one.input.typed]),
  matrix_secret_storage: [
    ...byOp("matrix/secret-storage", "matrix.storage.open").map((one) => [nameOf(one), JSON.stringify(one.input.description)]),
    ...byOp("matrix/secret-storage", "matrix.storage.decrypt").map((one) => [`${nameOf(one)}_secret`, JSON.stringify(one.input.secret)]),
  ],
  matrix_sessions: byOp("matrix/session", "matrix.sessions.read").map((one) => [nameOf(one), one.input.text]),
  object: byOp("persona/object", "object.open").map((one) => [nameOf(one), described(one.input.sealed)]),
  object_file: byOp("persona/file", "file.open").map((one) => [nameOf(one), described(one.input.sealed)]),
  object_header: byOp("persona/object", "object.open").map((one) => [nameOf(one), described(one.input.sealed).subarray(0, 84)]),
  parts: byOp("persona/parts", "parts.split").map((one) => [nameOf(one), unhex(one.input.joined)]),
  password: [...byOp("persona/keys", "keys.root").map((one) => [nameOf(one), one.input.password]), ["bad-empty", ""]],
  recovery_code: byOp("persona/recovery-code", "recovery.parse").map((one) => [nameOf(one), one.input.typed]),
  requests: json({
    "good-sign_up": { email: "carol@example.org", account_id: ID, auth_key: B32, kdf: KDF },
    "good-sign_in": { email: "carol@example.org", auth_key: B32 },
    "good-change_password": { current_auth_key: B32, new_auth_key: B32, kdf: KDF, keys: KEYS },
    "bad-password_in_clear": { email: "carol@example.org", auth_key: "correct horse" },
    "bad-no_address": { auth_key: B32 },
    "bad-memory_negative": { email: "c@e.org", account_id: ID, auth_key: B32, kdf: { ...KDF, memory_kib: -1 } },
    "bad-address_is_a_number": { email: 1, auth_key: B32 },
  }),
  responses: json({
    "good-account": ACCOUNT,
    "good-kdf": { derivations: [{ kdf: KDF, server_salt: B32 }, { kdf: { memory_kib: 19456, passes: 2, lanes: 1 }, server_salt: Buffer.from(Array.from({ length: 32 }, (_, at) => at + 32)).toString("base64url") }] },
    "good-kdf_of_4_tib": { derivations: [{ kdf: { ...KDF, memory_kib: 4294967295 }, server_salt: B32 }] },
    "good-session": { token: B32, session_id: ID, expires_at: 1795305600, idle_seconds: 900, account: ACCOUNT },
    "good-sessions": { sessions: [{ session_id: ID, current: true, created_at: 1, last_used_at: 2 }] },
    "good-objects": { inventory_version: 1, objects: [{ id: ID, size: 4452, sha256: B32, version: 1, modified_at: 1795262400 }], deleted: 1 },
    "good-deleted": { deleted: [{ id: ID, size: 4452, sha256: B32, version: 1, modified_at: 1795262400, deleted_at: 1795262401, kept_until: 1797854401 }] },
    "good-object_write": { inventory_version: 2 },
    "good-failure": { failure: { code: [4, 9], message: "Taken", error: "address_taken", request_id: "1" } },
    "good-failure_of_a_newer_server": { failure: { code: [4], message: "New", error: "not_known_yet", request_id: "1" } },
    "bad-state_is_unknown": { ...ACCOUNT, state: "frozen" },
    "bad-failure_without_code": { failure: { message: "?" } },
  }),
  wrap: wraps.map(([name, wrap]) => [name, JSON.stringify(wrap)]),
};

const dir = new URL("corpus/", import.meta.url);
rmSync(dir, { recursive: true, force: true });
for (const [target, seeds] of Object.entries(CORPUS)) {
  mkdirSync(new URL(`${target}/`, dir), { recursive: true });
  const known = new Set();
  for (const [name, seed] of seeds) {
    const bytes = Buffer.from(seed);
    const content = bytes.toString("latin1");
    if ((bytes.length > MAX_BYTES && !LARGE.has(name)) || known.has(content)) continue;
    known.add(content);
    writeFileSync(new URL(`${target}/${name}`, dir), bytes);
  }
  console.log(`${target}: ${known.size} seeds`);
}
