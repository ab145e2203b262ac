import { test } from "node:test";

import * as keyhaven from "keyhaven";

import { suite } from "../suite/suite.js";
import { vectors } from "./vectors.js";

await keyhaven.init();
for (const { name, run } of suite(keyhaven, vectors)) test(name, run);
