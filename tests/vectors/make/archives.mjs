import { crc32 } from "node:zlib";

import { concat, hex, number, utf8 } from "./primitives.mjs";

/** Little endian, as zip wants it. */
const le = (value, bytes) => number(value, bytes).reverse();
const ASCII = /^[\x00-\x7f]*$/;

/** One stored entry: what stands before and within the directory. */
function entry({ name, content, mode = 0o100600, crc = crc32(content), at }, offset) {
  const nameBytes = utf8(name);
  const flags = ASCII.test(name) ? 0 : 1 << 11;
  const shared = concat(
    le(20, 2), le(flags, 2), le(0, 2), le(0, 2), le(0x21, 2), le(crc, 4), le(content.length, 4), le(content.length, 4),
    le(nameBytes.length, 2), le(0, 2),
  );
  return {
    local: concat(utf8("PK\x03\x04"), shared, nameBytes, content),
    central: concat(utf8("PK\x01\x02"), le(20 | (3 << 8), 2), shared, new Uint8Array(6), le(mode * 65536, 4), le(at ?? offset, 4), nameBytes),
  };
}

/** A zip of `files` in this order, whatever they are called. */
export function storedZip(files) {
  const [locals, centrals] = [[], []];
  let offset = 0;
  for (const file of files) {
    const { local, central } = entry(file, offset);
    locals.push(local);
    centrals.push(central);
    offset += local.length;
  }
  const directory = concat(...centrals);
  const end = concat(utf8("PK\x05\x06"), le(0, 4), le(files.length, 2), le(files.length, 2), le(directory.length, 4), le(offset, 4), le(0, 2));
  return concat(...locals, directory, end);
}

const file = (name, text = name) => ({ name, content: utf8(text) });
const shown = (files) => files.map(({ name, content }) => ({ path: name, content: hex(content) }));
const refusedPath = (entry, path) => ({ error: { name: "path", entry, path } });

export function archiveCases() {
  const tree = [file("keyring/a", "1"), file("keyring/b\u00fccher/\u4f8b", "2"), file("z", "")];
  const read = (name, files, outcome) => ({ name, op: "archive.read", input: { archive: hex(storedZip(files)) }, ...outcome });
  const write = (name, files, outcome) => ({ name, op: "archive.write", input: { files: shown(files) }, ...outcome });
  const collision = { error: { name: "collision" } };
  return [
    write("tree", [...tree].reverse(), { output: { archive: hex(storedZip(tree)) } }),
    write("empty", [], { output: { archive: hex(storedZip([])) } }),
    write("decomposed_name", [file("u\u0308", "1")], { output: { archive: hex(storedZip([file("\u00fc", "1")])) } }),
    write("two_compositions_of_one_name", [file("u\u0308"), file("\u00fc")], { error: { name: "duplicate" } }),
    write("names_that_differ_by_case", [file("key"), file("KEY")], collision),
    write("names_that_differ_by_an_accented_case", [file("\u00e4"), file("A\u0308")], collision),
    write("names_that_differ_by_a_sharp_s", [file("stra\u00dfe"), file("STRASSE")], collision),
    write("names_that_differ_by_a_joiner", [file("ab"), file("a\u200db")], collision),
    write("file_that_is_a_folder_of_another", [file("key"), file("key 1"), file("Key/1")], collision),
    write("folders_that_differ_by_case", [file("Keys/1"), file("keys/2")], {
      output: { archive: hex(storedZip([file("Keys/1"), file("keys/2")])) },
    }),
    read("tree", [...tree].reverse(), { output: { files: shown(tree) } }),
    read("folder_entry", [file("keyring/", ""), file("keyring/a", "1")], { output: { files: shown([file("keyring/a", "1")]) } }),
    read("two_compositions_of_one_name", [file("u\u0308"), file("\u00fc")], { error: { name: "duplicate" } }),
    read("names_that_differ_by_case", [file("key"), file("KEY")], collision),
    read("file_that_is_a_folder_of_another", [file("key/1"), file("key")], collision),
    read("path_that_leads_out", [file("good"), file("../evil")], refusedPath(1, "escapes")),
    read("path_that_leads_out_from_within", [file("a/../../evil")], refusedPath(0, "escapes")),
    read("absolute_path", [file("/etc/passwd")], refusedPath(0, "escapes")),
    read("backslash", [file("a\\..\\b")], refusedPath(0, "character")),
    read("drive", [file("C:a")], refusedPath(0, "character")),
    read("name_for_an_alternate_stream", [file("a:b")], refusedPath(0, "character")),
    read("wildcard", [file("what?")], refusedPath(0, "character")),
    read("name_that_hides_its_ending", [file("a\u202etxt.exe")], refusedPath(0, "character")),
    read("device_of_windows", [file("keys/CON")], refusedPath(0, "reserved")),
    read("device_of_windows_with_an_ending", [file("nul.tar.gz")], refusedPath(0, "reserved")),
    read("numbered_device_of_windows", [file("com1"), file("COM10")], refusedPath(0, "reserved")),
    read("trailing_dot", [file("key.")], refusedPath(0, "reserved")),
    read("trailing_space", [file("key /1")], refusedPath(0, "reserved")),
    read("empty_part", [file("a//b")], refusedPath(0, "empty")),
    read("path_of_1025_bytes", [file("a".repeat(1025), "1")], refusedPath(0, "too_long")),
    read("link", [{ ...file("link", "/etc/passwd"), mode: 0o120777 }], { error: { name: "link", entry: 0 } }),
    read("other_check_sum", [file("good"), { ...file("bad"), crc: 7 }], { error: { name: "damaged", entry: 1 } }),
    read("two_names_for_the_same_bytes", [file("key1", "1"), { ...file("key2", "1"), at: 0 }], { error: { name: "duplicate" } }),
    { name: "no_zip", op: "archive.read", input: { archive: hex(utf8("-----BEGIN PGP PRIVATE KEY BLOCK-----")) }, error: { name: "zip" } },
  ];
}
