// The formulas of docs/formats.md and docs/key-hierarchy.md once more, in another language on other libraries.

import { gcm } from "@noble/ciphers/aes.js";
import { argon2id } from "@noble/hashes/argon2.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bech32m, base64urlnopad } from "@scure/base";
import { entropyToMnemonic } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { crc32 } from "node:zlib";

export const utf8 = (text) => new TextEncoder().encode(text);
export const hex = (bytes) => Buffer.from(bytes).toString("hex");
export const unhex = (text) => Uint8Array.from(Buffer.from(text, "hex"));
export const base64url = (bytes) => base64urlnopad.encode(Uint8Array.from(bytes)).replaceAll("=", "");
export const concat = (...pieces) => Uint8Array.from(Buffer.concat(pieces.map((piece) => Buffer.from(piece))));
export { sha256 };

export function number(value, bytes) {
  const out = new Uint8Array(bytes);
  let rest = BigInt(value);
  for (let at = bytes - 1; at >= 0; at -= 1) {
    out[at] = Number(rest & 255n);
    rest >>= 8n;
  }
  return out;
}

export const parts = (...pieces) => concat(...pieces.flatMap((piece) => [number(piece.length, 4), piece]));

/** The first `len` bytes of 0, 1, 2 …, so that a vector is readable. */
export const counting = (len, start = 0) => Uint8Array.from({ length: len }, (_, at) => (at + start) & 255);
/** Content that no chunk repeats: byte i is the low byte of i × 167 + (i >> 8) × 13. */
export const pattern = (len) => Uint8Array.from({ length: len }, (_, at) => (at * 167 + (at >> 8) * 13) & 255);

export const derive = (key, info, salt = new Uint8Array()) => hkdf(sha256, key, salt, utf8Info(info), 32);
const utf8Info = (info) => (typeof info === "string" ? utf8(info) : info);

export const salt = (origin, address, serverSalt) =>
  sha256(parts(utf8("keyhaven/persona/salt/1"), utf8(origin), utf8(address), serverSalt));

export const root = (password, saltBytes, { memory_kib, passes, lanes }) =>
  argon2id(utf8(password.normalize("NFC")), saltBytes, { m: memory_kib, t: passes, p: lanes, dkLen: 64, version: 0x13 });

export const kdfBytes = (kdf) =>
  kdf ? concat(number(kdf.memory_kib, 4), number(kdf.passes, 4), number(kdf.lanes, 4)) : new Uint8Array();

export function sealWrap({ key, accountId, kind, kdf, epoch, nonce, backupKey }) {
  const aad = parts(utf8("keyhaven/persona/wrap/1"), accountId, utf8(kind), kdfBytes(kdf), number(epoch, 8));
  return {
    kind,
    kdf,
    epoch,
    nonce: base64url(nonce),
    ciphertext: base64url(gcm(key, nonce, aad).encrypt(backupKey)),
    commitment: base64url(derive(key, "keyhaven/persona/commit/1")),
  };
}

export function recoveryText(code, version = 1) {
  return bech32m.encode("kh", [version, ...bech32m.toWords(code)], 90);
}

export const groups = (text) => text.match(/.{1,4}/g);

export function recoveryWords(code) {
  const check = sha256(parts(utf8("keyhaven/recovery-words/1"), code));
  const index = (check[0] << 3) | (check[1] >> 5);
  return [...entropyToMnemonic(code, wordlist).split(" "), wordlist[index]];
}

/** Algorithm 1 of the Padmé paper, in floating point as it is printed there. */
export function paddedLen(contentLen) {
  const len = contentLen + 8;
  const exponent = Math.floor(Math.log2(len));
  const mantissa = Math.floor(Math.log2(exponent)) + 1;
  const lastBits = exponent - mantissa;
  const step = 2 ** lastBits;
  return Math.max(4096, Math.ceil(len / step) * step);
}

export function header({ accountId, objectId, counter, headerSalt }) {
  return concat(utf8("keyhaven"), [1, 1, 16, 1], accountId, objectId, number(counter, 8), headerSalt);
}

export function objectKey({ backupKey, accountId, objectId, counter, headerSalt }, headerBytes) {
  const info = parts(utf8("keyhaven/object/1"), accountId, objectId, number(counter, 8), sha256(headerBytes));
  return derive(backupKey, info, headerSalt);
}

export const CHUNK = 65536;

/** Seals a plaintext that is framed already, so that malformed frames can be made, too. */
export function sealFrame(context, plaintext, lastFlag = (index, count) => index === count - 1) {
  const head = header(context);
  const key = objectKey(context, head);
  const count = Math.ceil(plaintext.length / CHUNK);
  const chunks = [];
  for (let index = 0; index < count; index += 1) {
    const nonce = concat(new Uint8Array(7), number(index, 4), [lastFlag(index, count) ? 1 : 0]);
    chunks.push(gcm(key, nonce).encrypt(plaintext.subarray(index * CHUNK, (index + 1) * CHUNK)));
  }
  return concat(head, ...chunks);
}

export function frame(content, paddedTo = paddedLen(content.length)) {
  const plaintext = new Uint8Array(paddedTo);
  plaintext.set(number(content.length, 8));
  plaintext.set(content, 8);
  return plaintext;
}

export const sealObject = (context, content) => sealFrame(context, frame(content));

/** Little endian, as zip wants it. */
const le = (value, bytes) => number(value, bytes).reverse();

export function sealedFile(sealed) {
  const manifest = utf8(`{"format":"keyhaven/sealed","version":1,"length":${sealed.length}}`);
  const fields = (flags, crc, len, name) =>
    concat(le(20, 2), le(flags, 2), le(0, 2), le(0, 2), le(0x21, 2), le(crc, 4), le(len, 4), le(len, 4), le(name.length, 2), le(0, 2));
  const [manifestName, objectName] = [utf8("manifest.json"), utf8("persona.enc")];
  const [manifestCrc, objectCrc] = [crc32(manifest), crc32(sealed)];
  const first = concat(utf8("PK\x03\x04"), fields(0, manifestCrc, manifest.length, manifestName), manifestName, manifest);
  const second = concat(utf8("PK\x03\x04"), fields(8, 0, 0, objectName), objectName);
  const descriptor = concat(utf8("PK\x07\x08"), le(objectCrc, 4), le(sealed.length, 4), le(sealed.length, 4));
  const central = (flags, crc, len, name, offset) =>
    concat(utf8("PK\x01\x02"), le(20, 2), fields(flags, crc, len, name), new Uint8Array(10), le(offset, 4), name);
  const directory = concat(
    central(0, manifestCrc, manifest.length, manifestName, 0),
    central(8, objectCrc, sealed.length, objectName, first.length),
  );
  const before = concat(first, second, sealed, descriptor);
  const end = concat(utf8("PK\x05\x06"), le(0, 4), le(2, 2), le(2, 2), le(directory.length, 4), le(before.length, 4), le(0, 2));
  return concat(before, directory, end);
}
