import { gcm } from "@noble/ciphers/aes.js";

import { base64url, concat, counting, derive, hex, number, parts, utf8 } from "./primitives.mjs";

const LABEL = "keyhaven/persona/former-keys/1";
const ACCOUNT = counting(16, 16);
const PRESENT = counting(32, 128);
const NONCE = counting(12, 1);
const KEYS = Array.from({ length: 34 }, (_, at) => counting(32, at * 5));

/** Any bytes, sealed as former keys are, so that malformed ones can be made, too. */
function sealText(text, { present = PRESENT, accountId = ACCOUNT, label = LABEL, info = LABEL } = {}) {
  const aad = parts(utf8(label), accountId);
  return { nonce: base64url(NONCE), ciphertext: base64url(gcm(derive(present, info), NONCE, aad).encrypt(text)) };
}

/** Newest key first. */
const text = (keys, { version = 1, generation = keys.length, count = keys.length } = {}) =>
  concat([version], number(generation, 4), [count], ...keys);

const flip = (field, at) => (sealed) => {
  const bytes = Buffer.from(sealed[field], "base64url");
  bytes.writeUInt8(bytes.at(at) ^ 1, at < 0 ? bytes.length + at : at);
  return { ...sealed, [field]: base64url(bytes) };
};

export function formerKeysCases() {
  const seal = (name, former) => ({
    name,
    op: "former_keys.seal",
    input: { present: hex(PRESENT), account_id: base64url(ACCOUNT), former: former.map(hex), nonce: hex(NONCE) },
    output: { sealed: former.length === 0 ? null : sealText(text(former.slice(0, 32), { generation: former.length })) },
  });
  const input = (sealed) => ({ present: hex(PRESENT), account_id: base64url(ACCOUNT), sealed });
  const open = (name, former, generation = former.length) => ({
    name,
    op: "former_keys.open",
    input: input(sealText(text(former, { generation }))),
    output: { former: former.map(hex), generation },
  });
  const refused = (name, sealed, error) => ({ name, op: "former_keys.open", input: input(sealed), error });
  const two = KEYS.slice(0, 2);
  const good = sealText(text(two));
  const other = { name: "not_authentic" };
  const malformed = { name: "malformed" };
  const length = { name: "length" };
  return [
    seal("none", []),
    seal("one", KEYS.slice(0, 1)),
    seal("two", two),
    seal("thirty_two", KEYS.slice(0, 32)),
    seal("thirty_four_of_which_the_oldest_two_are_dropped", KEYS),
    open("one", KEYS.slice(0, 1)),
    open("two", two),
    open("thirty_two", KEYS.slice(0, 32)),
    open("thirty_two_after_one_was_dropped", KEYS.slice(0, 32), 33),
    open("thirty_two_of_the_last_generation", KEYS.slice(0, 32), 2 ** 32 - 1),
    refused("under_another_key", sealText(text(two), { present: counting(32, 129) }), other),
    refused("under_a_former_key", sealText(text(two), { present: KEYS[0] }), other),
    refused("of_another_account", sealText(text(two), { accountId: counting(16, 17) }), other),
    refused("of_another_label", sealText(text(two), { label: "keyhaven/persona/wrap/1" }), other),
    refused("under_the_key_of_another_label", sealText(text(two), { info: "keyhaven/persona/unlock/1" }), other),
    refused("generation_flipped", flip("ciphertext", 1)(good), other),
    refused("tag_flipped", flip("ciphertext", -1)(good), other),
    refused("nonce_flipped", flip("nonce", 0)(good), other),
    refused("last_byte_cut_off", { ...good, ciphertext: base64url(Buffer.from(good.ciphertext, "base64url").subarray(0, -1)) }, other),
    refused("version_2", sealText(text(two, { version: 2 })), { name: "version", found: 2 }),
    refused("version_0", sealText(text(two, { version: 0 })), { name: "version", found: 0 }),
    refused("generation_below_the_number_of_keys", sealText(text(two, { generation: 1 })), malformed),
    refused("generation_above_it_though_none_is_dropped", sealText(text(two, { generation: 3 })), malformed),
    refused("generation_below_thirty_two_keys", sealText(text(KEYS.slice(0, 32), { generation: 31 })), malformed),
    refused("count_of_none_before_a_key", sealText(text(two.slice(0, 1), { generation: 0, count: 0 })), malformed),
    refused("count_too_low", sealText(text(two, { generation: 1, count: 1 })), malformed),
    refused("count_too_high", sealText(text(two, { generation: 3, count: 3 })), malformed),
    refused("count_255", sealText(text(two, { generation: 255, count: 255 })), malformed),
    refused("half_a_key", sealText(concat(text(two, { generation: 3, count: 3 }), counting(16))), malformed),
    refused("trailing_byte", sealText(concat(text(two), [0])), malformed),
    refused("no_key", sealText(text([])), length),
    refused("thirty_three", sealText(text(KEYS.slice(0, 33))), length),
  ];
}
