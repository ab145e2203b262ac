/** A key file around any text, made with nothing but the platform's own primitives: one round, counters of 64 bits. */

import { utf8 } from "./check.js";

const SALT = new Uint8Array(16).fill(7);
/** The top bit of the low half is clear, so that both widths of the counter agree. */
const IV = new Uint8Array(16).fill(9);

/** What a passphrase gives for such a file: the key of the cipher, and that of the tag. */
export async function keysOf(passphrase: string): Promise<{ cipher: Uint8Array<ArrayBuffer>; mac: Uint8Array<ArrayBuffer> }> {
  const key = await crypto.subtle.importKey("raw", bytes(passphrase), "PBKDF2", false, ["deriveBits"]);
  const params = { name: "PBKDF2", hash: "SHA-512", salt: SALT, iterations: 1 };
  const derived = new Uint8Array(await crypto.subtle.deriveBits(params, key, 512));
  return { cipher: derived.slice(0, 32), mac: derived.slice(32) };
}

/** The text of the file. */
export async function keyFileOf(text: string, passphrase: string): Promise<string> {
  const { cipher, mac } = await keysOf(passphrase);
  const aes = await crypto.subtle.importKey("raw", cipher, "AES-CTR", false, ["encrypt"]);
  const params = { name: "AES-CTR", counter: IV, length: 64 };
  const ciphertext = new Uint8Array(await crypto.subtle.encrypt(params, aes, bytes(text)));
  const body = Uint8Array.from([1, ...SALT, ...IV, 0, 0, 0, 1, ...ciphertext]);
  const hmac = await crypto.subtle.importKey("raw", mac, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const tag = new Uint8Array(await crypto.subtle.sign("HMAC", hmac, body));
  const whole = Array.from([...body, ...tag], (byte) => String.fromCharCode(byte)).join("");
  return `-----BEGIN MEGOLM SESSION DATA-----\n${btoa(whole)}\n-----END MEGOLM SESSION DATA-----\n`;
}

const bytes = (text: string) => new Uint8Array(utf8(text));
