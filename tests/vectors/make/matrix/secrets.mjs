import { counting, hex, utf8 } from "../primitives.mjs";
import { PUBLISHED, derive512, padded, recoveryText, sealSecret, unbase64 } from "./formats.mjs";
import { base58 } from "@scure/base";

const ALGORITHM = "m.secret_storage.v1.aes-hmac-sha2";
const KEY = counting(32, 9);
const IV = counting(16, 90);
const CHECK = (key) => {
  const { iv, mac } = sealSecret(key, "", new Uint8Array(32), IV);
  return { iv, mac };
};
const bytesOf = (text) => base58.decode(text.replaceAll(" ", "")).subarray(2, 34);

export function secretCases() {
  const open = (name, description, typed, key, confirmed = true) => ({
    name,
    op: "matrix.storage.open",
    input: { description, typed },
    output: { key: hex(key), confirmed },
  });
  const refused = (name, description, typed, error) => ({ name, op: "matrix.storage.open", input: { description, typed }, error });
  const decrypt = (name, key, secretName, secret, plaintext) => ({
    name,
    op: "matrix.storage.decrypt",
    input: { key: hex(key), name: secretName, secret },
    ...(plaintext === undefined ? { error: { name: "wrong_secret" } } : { output: { plaintext } }),
  });
  const described = { algorithm: ALGORITHM, ...CHECK(KEY) };
  const salted = (iterations, more = {}) => {
    const key = derive512("pass phrase", utf8("s\u{e4}lt"), Math.max(1, Math.min(iterations, 1000)), 32);
    return { algorithm: ALGORITHM, ...CHECK(key), passphrase: { algorithm: "m.pbkdf2", salt: "s\u{e4}lt", iterations, ...more } };
  };
  const derived = derive512("pass phrase", utf8("s\u{e4}lt"), 100, 32);
  const [byPassphrase, byText, signing, chain] = PUBLISHED.secret_storage;
  const saltOf = ({ key_description: { passphrase } }) => [utf8(passphrase.salt), passphrase.iterations];
  const chainKey = derive512(chain.passphrase, ...saltOf(chain), 32);
  const secret = sealSecret(KEY, "m.megolm_backup.v1", utf8("plaintext"), IV);
  const other = counting(32, 10);
  return [
    open("published: passphrase", byPassphrase.key_description, byPassphrase.passphrase, derive512(byPassphrase.passphrase, ...saltOf(byPassphrase), 32)),
    open("published: text, padded check", byText.key_description, byText.recovery_text, bytesOf(byText.recovery_text)),
    open("published: whole chain", chain.key_description, chain.passphrase, chainKey),
    decrypt("published: whole chain", chainKey, chain.name, chain.encrypted, chain.expect_plaintext),
    { ...decrypt("published: under another name", bytesOf(signing.recovery_text), "m.cross_signing.self_signing", signing.encrypted) },
    open("text", described, recoveryText(KEY), KEY),
    open("text_for_a_key_with_a_passphrase", salted(100), recoveryText(derived), derived),
    open("passphrase", salted(100), "pass phrase", derived),
    open("without_a_check", { algorithm: ALGORITHM }, recoveryText(other), other, false),
    open("padded_check", { ...described, iv: padded(unbase64(described.iv)), mac: padded(unbase64(described.mac)) }, recoveryText(KEY), KEY),
    refused("text_of_another_key", described, recoveryText(other), { name: "wrong_key" }),
    refused("another_passphrase", salted(100), "pass phrase ", { name: "wrong_key" }),
    refused("no_key_at_all", described, "pass phrase", { name: "not_a_key" }),
    refused("a_typing_mistake", described, recoveryText(KEY).replace(/.$/, (last) => (last === "x" ? "y" : "x")), { name: "not_a_key" }),
    refused("iterations_0", salted(0), "pass phrase", { name: "iterations", iterations: 0, max: 10_000 }),
    refused("iterations_10001", salted(10_001), "pass phrase", { name: "iterations", iterations: 10_001, max: 10_000 }),
    refused("bits_128", salted(10, { bits: 128 }), "pass phrase", { name: "bits", bits: 128 }),
    refused("another_algorithm", { ...described, algorithm: "m.secret_storage.v2" }, recoveryText(KEY), { name: "algorithm" }),
    refused("check_cut_off", { ...described, mac: "AAAA" }, recoveryText(KEY), { name: "check" }),
    refused("a_list", [], "x", { name: "json" }),
    decrypt("plain", KEY, "m.megolm_backup.v1", secret, "plaintext"),
    decrypt("padded", KEY, "m.megolm_backup.v1", { iv: padded(unbase64(secret.iv)), ciphertext: padded(unbase64(secret.ciphertext)), mac: padded(unbase64(secret.mac)) }, "plaintext"),
    decrypt("empty", KEY, "a", sealSecret(KEY, "a", new Uint8Array(), IV), ""),
    decrypt("under_another_name", KEY, "m.cross_signing.master", secret),
    decrypt("under_another_key", other, "m.megolm_backup.v1", secret),
    decrypt("mac_flipped", KEY, "m.megolm_backup.v1", { ...secret, mac: sealSecret(other, "", new Uint8Array(32), IV).mac }),
    { ...decrypt("mac_of_eight_bytes", KEY, "m.megolm_backup.v1", { ...secret, mac: secret.mac.slice(0, 11) }), error: { name: "format" } },
    {
      name: "an_iv_whose_bit_is_cleared",
      op: "matrix.storage.encrypt",
      input: { key: hex(KEY), name: "m.cross_signing.master", plaintext: "seed", iv: "ff".repeat(16) },
      output: { secret: sealSecret(KEY, "m.cross_signing.master", utf8("seed"), Uint8Array.from({ length: 16 }, (_, at) => (at === 8 ? 127 : 255))) },
    },
  ];
}
