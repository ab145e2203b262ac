// Measures in Node and in Chromium, and big files in a tab of it. The figures go to standard output, as `cargo xtask bench` reads them.
//
//   node figures.mjs PACKAGE.tgz SCRATCH ROUNDS

import { execFileSync } from "node:child_process";

import { prepare } from "./prepare.mjs";

const [tarball, scratch, rounds] = process.argv.slice(2);
const run = prepare(tarball, scratch);
run("node", "built/figures/material.js", "material.json");
const programs = [["node", "material.json", rounds], ["chromium", "material.json", rounds], ["big-files"]];
const figures = programs.flatMap(([name, ...rest]) => {
  const words = [`built/figures/${name}.js`, ...rest];
  return JSON.parse(execFileSync("node", words, { cwd: scratch, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }));
});
process.stdout.write(JSON.stringify(figures));
