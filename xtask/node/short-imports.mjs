// Gives what a program imports from its glue short names: the binding generator names each of some two hundred functions by
// what it does and a hash of it, which no compression takes away, once in the module and once in the glue. Takes the comments
// out of the glue, too, and tells Trunk's page the new hashes.
//
//   node short-imports.mjs DIR        for each NAME_bg.wasm in DIR and NAME.js beside it

import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const IMPORT_SECTION = 2;
const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
/** Bytes of a module before its first section (WebAssembly Core Specification, 5.5.16). */
const PREAMBLE_LEN = 8;

/** The module with short names for its imports, and which name became which. */
function renamed(module) {
  const names = new Map();
  const sections = [module.subarray(0, PREAMBLE_LEN)];
  const reader = new Reader(module, PREAMBLE_LEN);
  while (!reader.isAtEnd()) {
    const id = reader.byte();
    const content = reader.take(reader.number());
    const section = id === IMPORT_SECTION ? shortImports(content, names) : content;
    sections.push(Buffer.from([id]), number(section.length), section);
  }
  return { bytes: Buffer.concat(sections), names };
}

function shortImports(section, names) {
  const reader = new Reader(section, 0);
  const count = reader.number();
  const out = [number(count)];
  for (let index = 0; index < count; index += 1) {
    const from = reader.take(reader.number());
    const long = reader.take(reader.number()).toString();
    const start = reader.at;
    skipDescription(reader);
    if (!names.has(long)) names.set(long, shortName(names.size));
    const short = Buffer.from(names.get(long));
    out.push(number(from.length), from, number(short.length), short, section.subarray(start, reader.at));
  }
  return Buffer.concat(out);
}

/** What is imported under a name (5.5.5): a function, table, memory, global or tag. */
function skipDescription(reader) {
  const skipLimits = () => {
    const hasMaximum = (reader.byte() & 1) === 1;
    reader.number();
    if (hasMaximum) reader.number();
  };
  const kind = reader.byte();
  if (kind === 0) reader.number();
  else if (kind === 1) {
    reader.byte();
    skipLimits();
  } else if (kind === 2) skipLimits();
  else if (kind === 3) reader.take(2);
  else throw new Error(`an import of kind ${kind} is not known here`);
}

function shortName(index) {
  const last = LETTERS[index % LETTERS.length];
  return index < LETTERS.length ? last : shortName(Math.floor(index / LETTERS.length) - 1) + last;
}

/** An unsigned number as LEB128 writes it (5.2.2). */
function number(value) {
  const bytes = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}

class Reader {
  constructor(bytes, at) {
    Object.assign(this, { bytes, at });
  }

  isAtEnd() {
    return this.at >= this.bytes.length;
  }

  byte() {
    if (this.isAtEnd()) throw new Error("the module ends in the middle");
    return this.bytes[this.at++];
  }

  take(len) {
    const taken = this.bytes.subarray(this.at, this.at + len);
    if (taken.length !== len) throw new Error("the module ends in the middle");
    this.at += len;
    return taken;
  }

  number() {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }
}

/** The glue without the lines that are comments, if no text goes over several lines. */
function withoutComments(glue) {
  const isCut = glue.split("\n").some((line) => (line.split("`").length - 1) % 2 === 1);
  if (isCut) throw new Error("a text of the glue goes over several lines: what looks like a comment may be a part of it");
  return glue.replace(/^ *\/\*\*[^]*?\*\/ *\n/gm, "").replace(/^ *\/\/.*\n/gm, "");
}

const integrity = (bytes) => `sha384-${createHash("sha384").update(bytes).digest("base64")}`;

const [dir] = process.argv.slice(2);
const pagePath = join(dir, "index.html");
let page = readFileSync(pagePath, "utf8");
const write = (path, before, after) => {
  writeFileSync(path, after);
  page = page.replaceAll(integrity(before), integrity(after));
};
for (const file of readdirSync(dir).filter((file) => file.endsWith("_bg.wasm"))) {
  const [modulePath, gluePath] = [join(dir, file), join(dir, file.replace(/_bg\.wasm$/, ".js"))];
  const module = readFileSync(modulePath);
  const { bytes, names } = renamed(module);
  new WebAssembly.Module(bytes);
  const before = readFileSync(gluePath, "utf8");
  let glue = withoutComments(before);
  for (const [long, short] of names) {
    const asKey = new RegExp(`^( +)${long}:`, "gm");
    const found = glue.match(asKey)?.length ?? 0;
    if (found !== 1) throw new Error(`${gluePath} has ${long} as a key ${found} times, and not once`);
    glue = glue.replace(asKey, `$1${short}:`);
  }
  write(modulePath, module, bytes);
  write(gluePath, before, glue);
}
writeFileSync(pagePath, page);
