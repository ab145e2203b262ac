import { gcm } from "@noble/ciphers/aes.js";

import { base64url, concat, counting, derive, hex, parts, utf8 } from "./primitives.mjs";

const LABEL = "keyhaven/persona/former-keys/1";
const ACCOUNT = counting(16, 16);
const PRESENT = counting(32, 128);
const NONCE = counting(12, 1);
const KEYS = Array.from({ length: 33 }, (_, at) => counting(32, at * 5));

/** Any bytes, sealed as former keys are, so that malformed ones can be made, too. */
function sealText(text, { present = PRESENT, accountId = ACCOUNT, label = LABEL, info = LABEL } = {}) {
  const aad = parts(utf8(label), accountId);
  return { nonce: base64url(NONCE), ciphertext: base64url(gcm(derive(present, info), NONCE, aad).encrypt(text)) };
}

const text = (keys, { version = 1, unfinished = 1, count = keys.length } = {}) => concat([version, unfinished, count], ...keys);

const flip = (field, at) => (sealed) => {
  const bytes = Buffer.from(sealed[field], "base64url");
  bytes.writeUInt8(bytes.at(at) ^ 1, at < 0 ? bytes.length + at : at);
  return { ...sealed, [field]: base64url(bytes) };
};

export function formerKeysCases() {
  const seal = (name, former, unfinished) => ({
    name,
    op: "former_keys.seal",
    input: { present: hex(PRESENT), account_id: base64url(ACCOUNT), former: former.map(hex), unfinished, nonce: hex(NONCE) },
    output: { sealed: former.length === 0 ? null : sealText(text(former, { unfinished: Number(unfinished) })) },
  });
  const input = (sealed) => ({ present: hex(PRESENT), account_id: base64url(ACCOUNT), sealed });
  const open = (name, former, unfinished) => ({
    name,
    op: "former_keys.open",
    input: input(sealText(text(former, { unfinished: Number(unfinished) }))),
    output: { former: former.map(hex), unfinished },
  });
  const refused = (name, sealed, error) => ({ name, op: "former_keys.open", input: input(sealed), error });
  const two = KEYS.slice(0, 2);
  const good = sealText(text(two));
  const other = { name: "not_authentic" };
  const malformed = { name: "malformed" };
  const length = { name: "length" };
  return [
    seal("none", [], false),
    seal("one", KEYS.slice(0, 1), true),
    seal("two_after_everything_was_sealed_again", two, false),
    seal("thirty_two", KEYS.slice(0, 32), true),
    open("one", KEYS.slice(0, 1), true),
    open("two_after_everything_was_sealed_again", two, false),
    open("thirty_two", KEYS.slice(0, 32), false),
    refused("under_another_key", sealText(text(two), { present: counting(32, 129) }), other),
    refused("under_a_former_key", sealText(text(two), { present: KEYS[0] }), other),
    refused("of_another_account", sealText(text(two), { accountId: counting(16, 17) }), other),
    refused("of_another_label", sealText(text(two), { label: "keyhaven/persona/wrap/1" }), other),
    refused("under_the_key_of_another_label", sealText(text(two), { info: "keyhaven/persona/unlock/1" }), other),
    refused("flag_flipped", flip("ciphertext", 1)(good), other),
    refused("tag_flipped", flip("ciphertext", -1)(good), other),
    refused("nonce_flipped", flip("nonce", 0)(good), other),
    refused("last_byte_cut_off", { ...good, ciphertext: base64url(Buffer.from(good.ciphertext, "base64url").subarray(0, -1)) }, other),
    refused("version_2", sealText(text(two, { version: 2 })), { name: "version", found: 2 }),
    refused("version_0", sealText(text(two, { version: 0 })), { name: "version", found: 0 }),
    refused("flag_2", sealText(text(two, { unfinished: 2 })), malformed),
    refused("count_of_none_before_a_key", sealText(text(two.slice(0, 1), { count: 0 })), malformed),
    refused("count_too_low", sealText(text(two, { count: 1 })), malformed),
    refused("count_too_high", sealText(text(two, { count: 3 })), malformed),
    refused("count_255", sealText(text(two, { count: 255 })), malformed),
    refused("half_a_key", sealText(concat(text(two, { count: 3 }), counting(16))), malformed),
    refused("trailing_byte", sealText(concat(text(two), [0])), malformed),
    refused("no_key", sealText(text([])), length),
    refused("thirty_three", sealText(text(KEYS)), length),
  ];
}
