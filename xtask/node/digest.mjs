// Hashes and compresses files for xtask, which has no crates for either so that it compiles in seconds.
//
// usage: node digest.mjs DIR [--write]   with a JSON list of paths, relative to DIR, on standard input
// answer: a JSON object, path → { bytes, gzip, brotli, sha256 (hex), sha384 (base64) }
// --write leaves FILE.gz and FILE.br beside each file that becomes at least a twentieth smaller.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [dir, option] = process.argv.slice(2);
const answer = {};
for (const path of JSON.parse(readFileSync(0, "utf8"))) {
  const bytes = readFileSync(join(dir, path));
  const gzip = gzipSync(bytes, { level: 9 });
  const brotli = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  if (option === "--write") {
    if (gzip.length < bytes.length * 0.95) writeFileSync(join(dir, `${path}.gz`), gzip);
    if (brotli.length < bytes.length * 0.95) writeFileSync(join(dir, `${path}.br`), brotli);
  }
  answer[path] = {
    bytes: bytes.length,
    gzip: gzip.length,
    brotli: brotli.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    sha384: createHash("sha384").update(bytes).digest("base64"),
  };
}
process.stdout.write(JSON.stringify(answer));
