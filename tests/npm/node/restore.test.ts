import { test } from "node:test";

import * as keyhaven from "keyhaven";
import * as restore from "keyhaven/restore";

import type { Package } from "../suite/check.js";
import { suite } from "../suite/suite.js";
import { vectors } from "./vectors.js";

await Promise.all([keyhaven.init(), restore.init()]);

// What seals is of the other entry; all else, and what it opens, of this one.
const mixed = { ...restore, sealKeyFile: keyhaven.sealKeyFile } as unknown as Package;
for (const { name, run } of suite(mixed, vectors, keyhaven)) {
  if (!/sealed|seals|none is named|out of range|empty/.test(name)) test(`keyhaven/restore: ${name}`, run);
}
