// Measures in Node and in Chromium. The figures go to standard output, as `cargo xtask bench` reads them.
//
//   node figures.mjs PACKAGE.tgz SCRATCH ROUNDS

import { execFileSync } from "node:child_process";

import { prepare } from "./prepare.mjs";

const [tarball, scratch, rounds] = process.argv.slice(2);
const run = prepare(tarball, scratch);
run("node", "built/figures/material.js", "material.json");
const figures = ["node", "chromium"].flatMap((where) => {
  const words = [`built/figures/${where}.js`, "material.json", rounds];
  return JSON.parse(execFileSync("node", words, { cwd: scratch, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }));
});
process.stdout.write(JSON.stringify(figures));
