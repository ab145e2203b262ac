// The domain's ASCII form comes from Node's own UTS 46; the rest is String.prototype.

import { domainToASCII } from "node:url";

function normalise(typed) {
  const [local, domain] = typed.trim().normalize("NFC").toLowerCase().normalize("NFC").split("@");
  return `${local}@${domainToASCII(domain.replace(/\.$/u, ""))}`;
}

export function addressCases() {
  const good = (name, typed) => ({ name, op: "address.normalise", input: { typed }, output: { normalised: normalise(typed) } });
  const bad = (name, typed, error) => ({ name, op: "address.normalise", input: { typed }, error: { name: error } });
  return [
    good("plain", "carol@example.org"),
    good("upper_case", "Carol@Example.ORG"),
    good("outer_space", " \tcarol@example.org\n"),
    good("decomposed_letter", "Jose\u0301@example.org"),
    good("composed_letter", "Jos\u00e9@example.org"),
    good("final_sigma", "ΝΙΚΟΣ@example.org"),
    good("german_domain", "a@Bücher.example"),
    good("sharp_s_domain", "a@straße.example"),
    good("japanese_domain_with_its_own_dot", "a@例え。テスト"),
    good("punycode_in_upper_case", "a@XN--BCHER-KVA.example"),
    good("full_width_domain", "a@ｅｘａｍｐｌｅ.org"),
    good("root_dot", "a@example.org."),
    good("plus_tag", "a+tag@example.org"),
    good("no_dot", "root@localhost"),
    bad("empty", "", "empty"),
    bad("spaces_only", "  ", "empty"),
    bad("no_at", "carol.example.org", "no_at"),
    bad("two_ats", "a@b@example.org", "many_at"),
    bad("nothing_before_at", "@example.org", "no_local"),
    bad("nothing_after_at", "carol@", "domain"),
    bad("empty_label", "carol@example..org", "domain"),
    bad("label_of_64", `carol@${"x".repeat(64)}.org`, "domain"),
    bad("slash_in_domain", "carol@example.org/x", "domain"),
    bad("space_inside", "carol smith@example.org", "invisible"),
    bad("line_break_inside", "carol\r\nbcc:x@example.org", "invisible"),
    bad("zero_width_space_inside", "carol\u200b@example.org", "invisible"),
    bad("right_to_left_override", "carol\u202e@example.org", "invisible"),
    bad("replacement_character", "car\ufffdl@example.org", "meaningless"),
    bad("replacement_character_in_domain", "carol@ex\ufffdmple.org", "meaningless"),
    bad("object_replacement_character", "carol\ufffc@example.org", "meaningless"),
    bad("noncharacter", "carol\ufdd0@example.org", "meaningless"),
    bad("last_two_of_a_plane", "carol\u{1fffe}@example.org", "meaningless"),
    bad("private_use", "carol\ue000@example.org", "meaningless"),
    bad("private_use_plane", "carol\u{10fffd}@example.org", "meaningless"),
    bad("plane_not_opened", "carol\u{50000}@example.org", "meaningless"),
    bad("local_of_65", `${"x".repeat(65)}@example.org`, "too_long"),
    bad("endless", "x".repeat(2000), "too_long"),
  ];
}
