// Opening a key file with nothing but what the platform has: the least that it can cost.

const HEAD_BYTES = 37;
const TAG_BYTES = 32;

/** 64 bytes of PBKDF2 with HMAC-SHA-512. */
export async function derive(passphrase: string, salt: Uint8Array<ArrayBuffer>, rounds: number): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(passphrase), "PBKDF2", false, ["deriveBits"]);
  const parameters = { name: "PBKDF2", hash: "SHA-512", salt, iterations: rounds };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 512));
}

/** The sessions of a key file whose keys are known, each looked at: length, version, and the id that belongs to its key. */
export async function open(file: string, keys: Uint8Array<ArrayBuffer>): Promise<unknown[]> {
  const bytes = bytesOf(file);
  const [sealed, tag] = [bytes.subarray(0, -TAG_BYTES), bytes.subarray(-TAG_BYTES)];
  const mac = await crypto.subtle.importKey("raw", keys.subarray(32), { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  if (!(await crypto.subtle.verify("HMAC", mac, tag, sealed))) throw new Error("the tag does not fit");
  const aes = await crypto.subtle.importKey("raw", keys.subarray(0, 32), "AES-CTR", false, ["decrypt"]);
  const counter = { name: "AES-CTR", counter: sealed.subarray(17, 33), length: 64 };
  const json = await crypto.subtle.decrypt(counter, aes, sealed.subarray(HEAD_BYTES));
  const sessions = JSON.parse(new TextDecoder().decode(json)) as { session_id: string; session_key: string }[];
  for (const { session_id, session_key } of sessions) {
    const key = atob(session_key);
    const id = btoa(key.slice(-32)).replace("=", "");
    if (key.length !== 165 || key.charCodeAt(0) !== 1 || id !== session_id) throw new Error("not a session");
  }
  return sessions;
}

/** The keys of a key file. */
export async function keysOf(file: string, passphrase: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = bytesOf(file);
  return derive(passphrase, bytes.slice(1, 17), new DataView(bytes.buffer).getUint32(33));
}

function bytesOf(file: string): Uint8Array<ArrayBuffer> {
  const body = file.slice(file.indexOf("\n") + 1, file.lastIndexOf("\n-----END"));
  const text = atob(body);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}
