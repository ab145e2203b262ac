// Hashes and compresses files for xtask, which has no crates for either so that it compiles in seconds.
//
// usage: node digest.mjs hashes|sizes|copies DIR   with a JSON list of paths, relative to DIR, on standard input
// answer: a JSON object
//   hashes: path → { sha256 (hex), sha384 (base64) }
//   sizes:  path → { bytes, gzip, brotli }
//   copies: the same, and FILE.gz and FILE.br are left beside each file that becomes at least a twentieth smaller
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const [wanted, dir] = process.argv.slice(2);

function hashes(path) {
  const bytes = readFileSync(join(dir, path));
  return {
    sha256: createHash("sha256").update(bytes).digest("hex"),
    sha384: createHash("sha384").update(bytes).digest("base64"),
  };
}

// Not the forms that wait: these share out all files over the machine's cores, and compressing takes seconds.
async function sizes(path) {
  const bytes = readFileSync(join(dir, path));
  const [gz, br] = await Promise.all([
    promisify(gzip)(bytes, { level: 9 }),
    promisify(brotliCompress)(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
  ]);
  if (wanted === "copies") {
    for (const [ending, copy] of [["gz", gz], ["br", br]]) {
      if (copy.length < bytes.length * 0.95) writeFileSync(join(dir, `${path}.${ending}`), copy);
    }
  }
  return { bytes: bytes.length, gzip: gz.length, brotli: br.length };
}

const paths = JSON.parse(readFileSync(0, "utf8"));
const answerFor = { hashes, sizes, copies: sizes }[wanted];
const answers = await Promise.all(paths.map(async (path) => [path, await answerFor(path)]));
process.stdout.write(JSON.stringify(Object.fromEntries(answers)));
