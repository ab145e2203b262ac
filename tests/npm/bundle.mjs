// Bundles the programs of `bundled/` with a bundler, and runs what comes out in a place where nothing else is.

import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const NAME = "bad_sessions_among_good_ones";

/** Puts the programs, and the file that they open, into the project; returns what they print when they have opened it. */
function programs(scratch) {
  const { cases } = JSON.parse(readFileSync(join(here, "../vectors/matrix/key-file.json"), "utf8"));
  const { input, output } = cases.find(({ name }) => name === NAME);
  cpSync(join(here, "bundled"), join(scratch, "bundled"), { recursive: true });
  const file = `export const FILE = ${JSON.stringify(input.file)};\nexport const PASSPHRASE = ${JSON.stringify(input.passphrase)};\n`;
  writeFileSync(join(scratch, "bundled/file.js"), file);
  return `opened ${output.sessions.length}, left out ${output.skipped.length}\n`;
}

/**
 * @param bundlers By name: makes a bundle of a program in a folder, and returns the script to run there.
 */
export async function bundleAll(scratch, bundlers) {
  const expected = programs(scratch);
  for (const [name, { program, bundle }] of Object.entries(bundlers)) {
    const out = mkdtempSync(join(tmpdir(), "keyhaven-bundle-"));
    try {
      const script = await bundle(join(scratch, "bundled", program), out);
      const printed = execFileSync("node", [join(out, script)], { cwd: out, encoding: "utf8" });
      if (printed !== expected) throw new Error(`the bundle of ${name} printed ${JSON.stringify(printed)}, not ${JSON.stringify(expected)}`);
      console.log(`bundled with ${name}: ${printed.trim()}`);
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  }
}
