import { readFileSync } from "node:fs";

import type { Vector, Vectors } from "../suite/vectors.js";

const folder = process.env["KEYHAVEN_VECTORS"];

/** From the checkout. An operation without cases is a mistake. */
export const vectors: Vectors = (file, op) => {
  const { cases } = JSON.parse(readFileSync(`${folder}/${file}.json`, "utf8")) as { cases: Vector[] };
  const found = cases.filter((one) => one.op === op);
  if (found.length === 0) throw new Error(`${file}.json has no ${op}`);
  return found;
};
