import { counting, hex, pattern, sealObject, sealedFile, sha256, utf8 } from "./primitives.mjs";
import { MAIN, contextInput, expectedInput } from "./objects.mjs";

const CONTENT = pattern(1000);

export function fileCases() {
  const file = sealedFile(sealObject(MAIN, CONTENT));
  const described = { sources: { main: { ...contextInput(MAIN), content: { pattern: 1000 }, file: true } } };
  const open = (name, rest, outcome) => ({
    name,
    op: "file.open",
    input: { backup_key: hex(MAIN.backupKey), expected: expectedInput(MAIN), sealed: { ...described, ...rest } },
    ...outcome,
  });
  const pieces = (...all) => ({ pieces: all });
  const slice = (from, to) => ({ source: "main", from, to });
  const flip = (at) => ({ pieces: [slice(0, null)], flip: { at, xor: 1 } });
  const bytes = (text) => pieces({ hex: hex(text) });
  const failure = (name) => ({ error: { name: "file", file: { name } } });
  const text = `{"format":"keyhaven/sealed","version":1,"length":4196}`;
  const sealedAt = 30 + 13 + text.length + 30 + 11;
  const rewrite = (from, to) => {
    const at = Buffer.from(file).indexOf(from);
    return pieces(slice(0, at), { hex: hex(utf8(to)) }, slice(at + from.length, null));
  };
  return [
    {
      name: "pattern_of_1000",
      op: "file.seal",
      input: { ...contextInput(MAIN), content: { pattern: 1000 } },
      output: {
        file_len: file.length,
        file_sha256: hex(sha256(file)),
        starts: hex(file.subarray(0, sealedAt)),
        ends: hex(file.subarray(sealedAt + 4196)),
      },
    },
    open("whole", pieces(slice(0, null)), { output: { content_len: 1000, content_sha256: hex(sha256(CONTENT)) } }),
    open("empty", bytes(new Uint8Array()), { error: { name: "truncated" } }),
    open("two_bytes", pieces(slice(0, 2)), { error: { name: "truncated" } }),
    open("cut_off_in_the_manifest", pieces(slice(0, 60)), { error: { name: "truncated" } }),
    open("cut_off_in_the_object", pieces(slice(0, 2000)), { error: { name: "truncated" } }),
    open("cut_off_in_the_directory", pieces(slice(0, -1)), { error: { name: "truncated" } }),
    open("trailing_byte", pieces(slice(0, null), { hex: "00" }), { error: { name: "trailing" } }),
    open("no_zip", bytes(utf8("-----BEGIN PGP PRIVATE KEY BLOCK-----")), failure("not_zip")),
    open("empty_zip", bytes(Buffer.from("504b0506000000000000000000000000000000000000", "hex")), failure("not_zip")),
    open("other_first_entry", rewrite("manifest.json", "persona0.json"), failure("other_zip")),
    open("manifest_of_another_format", rewrite("keyhaven/sealed", "somebody/elses"), failure("other_zip")),
    open("manifest_is_no_json", rewrite(`{"format"`, `["format"`), failure("other_zip")),
    open("newer_version", rewrite(`"version":1`, `"version":2`), { error: { name: "file", file: { name: "version", found: 2 } } }),
    open("length_of_8_gib", rewrite(`"length":4196}`, `"length":8e9 }`), failure("other_zip")),
    open("manifest_of_129_bytes", pieces(
      slice(0, 18), { hex: "81000000" }, slice(22, 43), { hex: hex(utf8(text.padEnd(129))) }, slice(43 + text.length, null),
    ), failure("other_zip")),
    open("length_shortened", rewrite(`"length":4196}`, `"length":4096}`), failure("damaged")),
    open("date_changed", flip(12), failure("damaged")),
    open("object_flipped", flip(sealedAt + 500), failure("damaged")),
    open("directory_flipped", flip(sealedAt + 4196 + 20), failure("damaged")),
    open("sealed_by_another_key", { ...pieces(slice(0, null)), sources: { main: { ...described.sources.main, backup_key: hex(counting(32, 1)) } } }, { error: { name: "damaged", chunk: 0 } }),
  ];
}
