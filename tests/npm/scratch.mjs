// A project of its own, with the packed package installed in it as people install it.

import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Makes the project anew, and returns how to run a program in it. */
export function install(tarball, scratch, environment = {}) {
  const env = { ...process.env, ...environment };
  const run = (program, ...words) => {
    execFileSync(program, words, { cwd: scratch, env, stdio: "inherit" });
  };
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  writeFileSync(join(scratch, "package.json"), '{ "name": "scratch", "private": true, "type": "module" }\n');
  run("npm", "install", "--silent", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", tarball);
  return run;
}

/** Lends the project what the tests beside this script have of their own: a second opinion on what is derived. */
export function lend(scratch) {
  const name = "node_modules/@noble/hashes";
  mkdirSync(dirname(join(scratch, name)), { recursive: true });
  symlinkSync(fileURLToPath(new URL(name, import.meta.url)), join(scratch, name));
}
