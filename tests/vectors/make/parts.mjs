import { concat, hex, parts, utf8 } from "./primitives.mjs";

export function partsCases() {
  const join = (name, ...pieces) => ({
    name,
    op: "parts.join",
    input: { parts: pieces.map(hex) },
    output: { joined: hex(parts(...pieces)) },
  });
  const two = parts(utf8("inventory"), utf8("object"));
  const split = (name, joined, rest) => ({ name, op: "parts.split", input: { joined: hex(joined) }, ...rest });
  return [
    join("nothing"),
    join("one_empty_part", new Uint8Array()),
    join("two_parts", utf8("inventory"), utf8("object")),
    join("boundary_moved", utf8("inventoryo"), utf8("bject")),
    join("part_of_300_bytes", new Uint8Array(300).fill(7)),
    split("two_parts", two, { output: { parts: [hex(utf8("inventory")), hex(utf8("object"))] } }),
    split("empty", new Uint8Array(), { error: { name: "truncated", part: 0 } }),
    split("length_cut_off", two.subarray(0, 3), { error: { name: "truncated", part: 0 } }),
    split("second_part_missing", two.subarray(0, 13), { error: { name: "truncated", part: 1 } }),
    split("second_part_cut_off", two.subarray(0, -1), { error: { name: "truncated", part: 1 } }),
    split("length_of_4_gib", Uint8Array.of(255, 255, 255, 255, 0), { error: { name: "truncated", part: 0 } }),
    split("trailing_byte", concat(two, [0]), { error: { name: "trailing", extra: 1 } }),
    split("third_part", parts(utf8("a"), utf8("b"), utf8("c")), { error: { name: "trailing", extra: 5 } }),
  ];
}
