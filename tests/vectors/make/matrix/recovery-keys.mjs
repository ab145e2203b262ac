import { counting, hex, unhex, utf8 } from "../primitives.mjs";
import { PUBLISHED, base64, derive512, publicOf, recoveryText, unbase64 } from "./formats.mjs";

const KEY = counting(32, 200);
const TEXT = recoveryText(KEY);
const PUBLIC = base64(publicOf(KEY));

export function recoveryKeyCases() {
  const encode = (name, key) => ({
    name,
    op: "matrix.recovery_key.encode",
    input: { key: hex(key) },
    output: { text: recoveryText(key), base64: base64(key), public_key: base64(publicOf(key)) },
  });
  const parse = (name, typed, key = KEY) => ({ name, op: "matrix.recovery_key.parse", input: { typed }, output: { key: hex(key) } });
  const refused = (name, typed, error) => ({ name, op: "matrix.recovery_key.parse", input: { typed }, error });
  const repair = (name, typed, position) => ({
    name,
    op: "matrix.recovery_key.repair",
    input: { typed, public_key: PUBLIC },
    ...(position === undefined ? { error: { name: "none" } } : { output: { position, text: TEXT } }),
  });
  const plain = TEXT.replaceAll(" ", "");
  const put = (at, characters) => plain.slice(0, at) + characters + plain.slice(at + characters.length);
  const other = (character) => (character === "x" ? "y" : "x");
  const swapped = put(20, plain[21] + plain[20]);
  const published = PUBLISHED.recovery_key
    .filter((one) => one.expect_error === undefined)
    .map((one, at) => parse(`published_${at}`, one.text, one.key_hex === undefined ? unbase64(one.key_base64) : unhex(one.key_hex)));
  const derive = (name, passphrase, salt, iterations) => ({
    name,
    op: "matrix.recovery_key.derive",
    input: { passphrase, salt, iterations },
    output: { key: hex(derive512(passphrase, utf8(salt), iterations, 32)) },
  });
  return [
    encode("counting", KEY),
    encode("zeros", new Uint8Array(32)),
    encode("ones", new Uint8Array(32).fill(255)),
    ...published,
    parse("in_groups", TEXT),
    parse("without_spaces", plain),
    parse("line_breaks_and_tabs", TEXT.replaceAll(" ", "\n\t")),
    parse("dashes", TEXT.replaceAll(" ", "-")),
    parse("long_dashes_and_hard_spaces", TEXT.replaceAll(" ", "\u{2014}\u{a0}\u{200b}")),
    refused("nothing", " \n", { name: "empty" }),
    refused("a_character_missing", plain.slice(1), { name: "length", found: 47 }),
    refused("a_character_too_many", `${plain}1`, { name: "length", found: 49 }),
    refused("zero", put(5, "0"), { name: "character", position: 6, candidates: "oQD" }),
    refused("capital_i", put(5, "I"), { name: "character", position: 6, candidates: "1ij" }),
    refused("asterisk", put(47, "*"), { name: "character", position: 48, candidates: "" }),
    refused("one_substitution", put(30, other(plain[30])), { name: "parity" }),
    refused("of_another_kind", "1".repeat(48), { name: "prefix" }),
    refused("beyond_35_bytes", "z".repeat(48), { name: "prefix" }),
    ...PUBLISHED.recovery_key
      .filter((one) => one.expect_error !== undefined)
      .map((one, at) => refused(`published_and_refused_${at}`, one.text, one.expect_error === "length" ? { name: "length", found: one.text.length } : { name: one.expect_error })),
    repair("first_character", put(0, "x"), 1),
    repair("one_substitution", put(30, other(plain[30])), 31),
    repair("last_character", put(47, other(plain[47])), 48),
    repair("neighbours_swapped", swapped, 21),
    repair("a_character_of_no_key", put(11, "0"), 12),
    repair("two_substitutions", put(3, other(plain[3])).slice(0, 30) + other(plain[30]) + plain.slice(31)),
    repair("two_characters_of_no_key", put(3, "00")),
    repair("a_character_missing", plain.slice(1)),
    derive("plain", "password", "salt", 1),
    derive("beyond_ascii", "p\u{e4}ss \u{1f511}", "s\u{e4}lt", 1000),
    derive("longer_than_a_block", "p".repeat(200), "s".repeat(200), 10),
  ];
}
