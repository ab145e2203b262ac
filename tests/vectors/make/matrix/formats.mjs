// The formats of Matrix once more, in another language on other libraries.

import { cbc, ctr } from "@noble/ciphers/aes.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { pbkdf2 } from "@noble/hashes/pbkdf2.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { base58 } from "@scure/base";
import { readFileSync } from "node:fs";

import { concat, number, utf8 } from "../primitives.mjs";

export const PUBLISHED = JSON.parse(readFileSync(new URL("../../published/matrix.json", import.meta.url), "utf8"));

export const base64 = (bytes) => Buffer.from(bytes).toString("base64").replaceAll("=", "");
export const padded = (bytes) => Buffer.from(bytes).toString("base64");
export const unbase64 = (text) => Uint8Array.from(Buffer.from(text, "base64"));
export const tag = (key, text) => hmac(sha256, key, text);
export const derive512 = (passphrase, salt, rounds, len) => pbkdf2(sha512, utf8(passphrase), salt, { c: rounds, dkLen: len });

/** AES-256-CTR block by block, so that the width of the counter is nobody's but ours. */
export function countered(key, counter, width, text) {
  const out = new Uint8Array(text.length);
  const start = BigInt(`0x${Buffer.from(counter).toString("hex")}`);
  const bits = BigInt(width);
  for (let at = 0; at < text.length; at += 16) {
    const low = BigInt.asUintN(width, start + BigInt(at / 16));
    const block = number(((start >> bits) << bits) | low, 16);
    out.set(ctr(key, block).encrypt(text.subarray(at, at + 16)), at);
  }
  return out;
}

/** The point that generates edwards25519, as a public key that is surely one. */
export const POINT = Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? 0x58 : 0x66));
/** No point has this for its second coordinate. */
export const NO_POINT = Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? 2 : 0));

export const exportKey = (index, { publicKey = POINT, version = 1, ratchet = new Uint8Array(128).fill(9) } = {}) =>
  concat([version], number(index, 4), ratchet, publicKey);

/** A session as other programs write it. */
export function session(index, { room = "!room:example.org", ...key } = {}) {
  const bytes = exportKey(index, key);
  return {
    algorithm: "m.megolm.v1.aes-sha2",
    forwarding_curve25519_key_chain: [],
    room_id: room,
    sender_claimed_keys: { ed25519: base64(new Uint8Array(32).fill(4)) },
    sender_key: base64(new Uint8Array(32).fill(3)),
    session_id: base64(bytes.subarray(-32)),
    session_key: base64(bytes),
  };
}

/** The one spelling of a session, as values. */
export function canonical(read) {
  const shared = ["m.shared_history", "shared_history", "org.matrix.msc3061.shared_history"].some((name) => read[name]);
  return {
    algorithm: read.algorithm,
    forwarding_curve25519_key_chain: read.forwarding_curve25519_key_chain ?? [],
    ...(shared ? { "m.shared_history": true, shared_history: true } : {}),
    room_id: read.room_id,
    sender_claimed_keys: read.sender_claimed_keys ?? {},
    sender_key: read.sender_key.replaceAll("=", ""),
    session_id: base64(unbase64(read.session_key).subarray(-32)),
    session_key: read.session_key,
    ...(read.untrusted ? { untrusted: true } : {}),
  };
}

/** Of objects of strings: names in order, no white space. */
export const canonicalJson = (object) =>
  JSON.stringify(Object.fromEntries(Object.entries(object).sort(([one], [other]) => (one < other ? -1 : 1))));

/** The bytes of a key file. */
export function keyFileBytes(plaintext, { passphrase, rounds = 1, salt, iv, width = 64, version = 1, tagged = tag }) {
  const keys = derive512(passphrase, salt, rounds, 64);
  const ciphertext = countered(keys.subarray(0, 32), iv, width, utf8(plaintext));
  const file = concat([version], salt, iv, number(rounds, 4), ciphertext);
  return concat(file, tagged(keys.subarray(32), file));
}

export function armour(bytes, { columns = 128, end = "\n", padding = true, last = "\n" } = {}) {
  const text = padding ? padded(bytes) : base64(bytes);
  const lines = columns === 0 ? [text] : (text.match(new RegExp(`.{1,${columns}}`, "g")) ?? []);
  return ["-----BEGIN MEGOLM SESSION DATA-----", ...lines, "-----END MEGOLM SESSION DATA-----"].join(end) + last;
}

export function recoveryText(key) {
  const bytes = concat([0x8b, 0x01], key);
  return base58.encode(concat(bytes, [bytes.reduce((parity, byte) => parity ^ byte)])).match(/.{4}/g).join(" ");
}

const entryKeys = (shared) => {
  const keys = hkdf(sha256, shared, new Uint8Array(32), new Uint8Array(), 80);
  return { cipher: keys.subarray(0, 32), mac: keys.subarray(32, 64), iv: keys.subarray(64) };
};

const backupTag = (privateKey, data) =>
  tag(hkdf(sha256, privateKey, undefined, utf8("MATRIX_BACKUP_MAC_KEY"), 32), utf8(canonicalJson(data)));

/** `session_data` with any plaintext. */
export function sealEntry(plaintext, { publicKey, privateKey, ephemeral }) {
  const keys = entryKeys(x25519.getSharedSecret(ephemeral, publicKey ?? x25519.getPublicKey(privateKey)));
  const data = {
    ciphertext: base64(cbc(keys.cipher, keys.iv).encrypt(utf8(plaintext))),
    ephemeral: base64(x25519.getPublicKey(ephemeral)),
    mac: base64(tag(keys.mac, new Uint8Array()).subarray(0, 8)),
  };
  if (privateKey === undefined) return data;
  return { ...data, unsigned: { backup_mac: base64(backupTag(privateKey, data)) } };
}

export function openEntry(privateKey, { ephemeral, ciphertext }) {
  const keys = entryKeys(x25519.getSharedSecret(privateKey, unbase64(ephemeral)));
  return JSON.parse(Buffer.from(cbc(keys.cipher, keys.iv).decrypt(unbase64(ciphertext))).toString());
}

export const publicOf = (privateKey) => x25519.getPublicKey(privateKey);

/** A secret of secret storage; with zeros and no name, the check of a key. */
export function sealSecret(key, name, plaintext, iv) {
  const keys = hkdf(sha256, key, new Uint8Array(32), utf8(name), 64);
  const ciphertext = countered(keys.subarray(0, 32), iv, 128, plaintext);
  return { ciphertext: base64(ciphertext), iv: base64(iv), mac: base64(tag(keys.subarray(32), ciphertext)) };
}

/** One step of the ratchet after another, as the specification tells it. */
export function ratchet(bytes, from, to) {
  const parts = [0, 1, 2, 3].map((part) => bytes.slice(5 + 32 * part, 37 + 32 * part));
  for (let index = from + 1; index <= to; index += 1) {
    const first = index % 2 ** 24 === 0 ? 0 : index % 2 ** 16 === 0 ? 1 : index % 2 ** 8 === 0 ? 2 : 3;
    const base = parts[first];
    for (let part = first; part < 4; part += 1) parts[part] = tag(base, Uint8Array.of(part));
  }
  return concat([1], number(to, 4), ...parts, bytes.slice(-32));
}
