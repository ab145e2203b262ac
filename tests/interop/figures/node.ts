// usage: node node.js MATERIAL.json ROUNDS; the figures go to standard output.
import { readFileSync } from "node:fs";

import * as sdk from "@matrix-org/matrix-sdk-crypto-wasm";
import * as keyhaven from "keyhaven";

import type { Material } from "./material.js";
import { measure } from "./measure.js";

const [material = "", rounds = "5"] = process.argv.slice(2);
const figures = await measure(keyhaven, sdk, JSON.parse(readFileSync(material, "utf8")) as Material, "Node", Number(rounds));
process.stdout.write(JSON.stringify(figures));
