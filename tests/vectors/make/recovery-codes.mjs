import { bech32m } from "@scure/base";

import { counting, groups, hex, recoveryText, recoveryWords, sha256, utf8 } from "./primitives.mjs";

const SHORT = counting(16);
const LONG = counting(32, 5);
const OTHER = sha256(utf8("another code")).subarray(0, 16);

const TEXT = recoveryText(SHORT);
const GROUPS = groups(TEXT);
const WORDS = recoveryWords(SHORT);
const FULL_WIDTH = [...TEXT.toUpperCase()].map((c) => String.fromCodePoint(c.codePointAt(0) + 0xfee0)).join("");

/** The code with one group replaced; groups count from 1. */
const withGroup = (group, replacement) => GROUPS.map((same, at) => (at + 1 === group ? replacement : same)).join(" ");

const KIT = `Keyhaven emergency kit for carol@example.org
Your recovery code (keep it where nobody looks):

    ${GROUPS.slice(0, 3).join(" - ").toUpperCase()}
    ${GROUPS.slice(3, 6).join(" - ").toUpperCase()}
    ${GROUPS.slice(6).join(" - ").toUpperCase()}

The same in words:
${WORDS.map((word, at) => `${at + 1}. ${word}`).join("\n")}

Type it at https://backup.example.org/persona. Nobody will ever ask you for this.
`;

export function recoveryCodeCases() {
  const encode = (name, code) => ({
    name,
    op: "recovery.encode",
    input: { code: hex(code) },
    output: {
      groups: groups(recoveryText(code)),
      text: groups(recoveryText(code)).join(" "),
      qr: recoveryText(code).toUpperCase(),
      words: recoveryWords(code),
    },
  });
  const read = (name, typed, code = SHORT, form = "text") => ({
    name,
    op: "recovery.parse",
    input: { typed },
    output: { code: hex(code), form },
  });
  const refuse = (name, typed, error) => ({ name, op: "recovery.parse", input: { typed }, error });
  const suggestion = (group) => ({ group, replacement: GROUPS[group - 1] });
  const swapped = `${GROUPS[4][1]}${GROUPS[4][0]}${GROUPS[4].slice(2)}`;
  const across = GROUPS.join("");
  const crossSwap = groups(across.slice(0, 15) + across[16] + across[15] + across.slice(17)).join(" ");
  const wrongWord = WORDS.with(6, WORDS[6] === "zoo" ? "zebra" : "zoo");
  return [
    encode("128_bits", SHORT),
    encode("256_bits", LONG),
    encode("all_zeros", new Uint8Array(16)),
    encode("all_ones", new Uint8Array(16).fill(255)),
    encode("another", OTHER),
    read("groups", GROUPS.join(" ")),
    read("without_spaces", TEXT),
    read("upper_case", TEXT.toUpperCase()),
    read("mixed_case", GROUPS.map((group, at) => (at % 2 ? group.toUpperCase() : group)).join(" ")),
    read("dashes", GROUPS.join("-")),
    read("long_dashes_and_dots", GROUPS.join(" \u2014 ").concat(".")),
    read("line_breaks", GROUPS.join("\r\n")),
    read("quotes", `\u201c${GROUPS.join(" ")}\u201d`),
    read("full_width_forms", FULL_WIDTH),
    read("no_break_spaces", GROUPS.join("\u00a0")),
    read("zero_width_spaces", GROUPS.join("\u200b")),
    read("letter_o_for_zero", GROUPS.join(" ").replaceAll("0", "O")),
    read("cyrillic_look_alikes", GROUPS.join(" ").replaceAll("p", "\u0440").replaceAll("c", "\u0441")),
    read("letter_l_in_the_prefix", `KHl${TEXT.slice(3)}`),
    read("prefix_missing", TEXT.slice(3)),
    read("label_before", `Recovery code: ${GROUPS.join(" ")}`),
    read("whole_kit", KIT),
    read("256_bits", groups(recoveryText(LONG)).join(" "), LONG),
    read("256_bits_in_upper_case", recoveryText(LONG).toUpperCase(), LONG),
    read("words", WORDS.join(" "), SHORT, "words"),
    read("words_numbered", WORDS.map((word, at) => `${at + 1}. ${word}`).join("\n"), SHORT, "words"),
    read("words_numbered_without_spaces", WORDS.map((word, at) => `${at + 1}.${word}`).join(" "), SHORT, "words"),
    read("words_in_upper_case_with_commas", WORDS.join(", ").toUpperCase(), SHORT, "words"),
    read("words_of_256_bits", recoveryWords(LONG).join(" "), LONG, "words"),
    read("words_without_the_check_word", WORDS.slice(0, 12).join(" "), SHORT, "words_without_check"),
    read("words_after_a_sentence", `My words are these: ${WORDS.join(" ")}`, SHORT, "words"),
    refuse("empty", "", { name: "empty" }),
    refuse("spaces_only", " \n ", { name: "empty" }),
    refuse("endless", "x".repeat(17000), { name: "too_long" }),
    refuse("prose", "I think that my code is in the drawer of the other desk", { name: "not_found" }),
    refuse("one_substitution", withGroup(5, "q" + GROUPS[4].slice(1) === GROUPS[4] ? "p" + GROUPS[4].slice(1) : "q" + GROUPS[4].slice(1)), { name: "typo", suggestion: suggestion(5) }),
    refuse("one_substitution_in_the_check", withGroup(9, GROUPS[8].slice(0, 3) + (GROUPS[8][3] === "q" ? "p" : "q")), { name: "typo", suggestion: suggestion(9) }),
    refuse("neighbours_swapped", withGroup(5, swapped), { name: "typo", suggestion: suggestion(5) }),
    refuse("neighbours_swapped_across_groups", crossSwap, { name: "typo", suggestion: null }),
    refuse("two_substitutions", withGroup(5, "qqqq"), { name: "typo", suggestion: null }),
    refuse("two_groups_swapped", [...GROUPS.slice(0, 3), GROUPS[4], GROUPS[3], ...GROUPS.slice(5)].join(" "), { name: "typo", suggestion: null }),
    refuse("prefix_mistyped", `kn1p ${GROUPS.slice(1).join(" ")}`, { name: "typo", suggestion: suggestion(1) }),
    refuse("letter_b", withGroup(3, `b${GROUPS[2].slice(1)}`), { name: "bad_character", group: 3, character: "b", suggestion: suggestion(3) }),
    refuse("letter_b_twice", withGroup(3, `bb${GROUPS[2].slice(2)}`), { name: "bad_character", group: 3, character: "b", suggestion: null }),
    refuse("one_character_missing", withGroup(4, GROUPS[3].slice(1)), { name: "too_few_characters", missing: 1, group: 4 }),
    refuse("last_group_missing", GROUPS.slice(0, 8).join(" "), { name: "too_few_characters", missing: 4, group: null }),
    refuse("half_of_it", GROUPS.slice(0, 5).join(" "), { name: "too_few_characters", missing: 16, group: null }),
    refuse("one_character_more", withGroup(6, `${GROUPS[5]}7`), { name: "too_many_characters", extra: 1, group: 6 }),
    refuse("of_a_newer_version", groups(recoveryText(SHORT, 2)).join(" "), { name: "version", version: "z" }),
    refuse("unused_bits_set", bech32m.encode("kh", [1, ...bech32m.toWords(SHORT).with(25, bech32m.toWords(SHORT)[25] | 1)], 90), { name: "not_canonical" }),
    refuse("kit_with_one_substitution_and_no_words", KIT.split("The same")[0].replace(GROUPS[4].toUpperCase(), `Q${GROUPS[4].slice(1).toUpperCase()}`), { name: "typo", suggestion: suggestion(5) }),
    refuse("word_not_in_the_list", WORDS.with(2, `${WORDS[2]}x`).join(" "), { name: "unknown_word", position: 3, suggestion: WORDS[2] }),
    refuse("word_unlike_all_others", WORDS.with(2, "xylophone").join(" "), { name: "unknown_word", position: 3, suggestion: null }),
    refuse("word_replaced_by_another", wrongWord.join(" "), { name: "words_do_not_fit" }),
    refuse("word_replaced_without_the_check_word", WORDS.slice(0, 12).with(6, wrongWord[6]).join(" "), { name: "words_do_not_fit" }),
    refuse("word_between_words_without_the_check_word", WORDS.slice(0, 12).toSpliced(6, 0, "xyzzyx").join(" "), { name: "unknown_word", position: 7, suggestion: null }),
    refuse("word_between_two_of_the_list", WORDS.with(2, "bax").join(" "), { name: "unknown_word", position: 3, suggestion: null }),
    refuse("words_swapped", WORDS.with(4, WORDS[5]).with(5, WORDS[4]).join(" "), { name: "words_do_not_fit" }),
    refuse("two_words_missing", WORDS.slice(0, 11).join(" "), { name: "word_count", found: 11 }),
  ];
}
