// For workerd, which compiles no wasm while it runs: it has the module already.

import * as keyhaven from "keyhaven";
import module from "./keyhaven.wasm";

import { report } from "../built/portable/report.js";
import files from "./vectors.js";

const vectors = (file, op) => files[file].filter((one) => one.op === op);

export default {
  async fetch() {
    try {
      await keyhaven.init({ module });
      return new Response(await report(keyhaven, vectors));
    } catch (error) {
      return new Response(String(error), { status: 500 });
    }
  },
};
