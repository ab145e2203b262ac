/** For runtimes with the files of Node.js: the package as it is installed. */

import * as keyhaven from "keyhaven";

import { vectors } from "../node/vectors.js";
import { report } from "./report.js";

await keyhaven.init();
console.log(await report(keyhaven, vectors));
