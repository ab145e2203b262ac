/** The suite without a test framework, so that it is the same file in every runtime. */

import type { Package } from "../suite/check.js";
import { suite } from "../suite/suite.js";
import type { Vectors } from "../suite/vectors.js";

/**
 * Runs every case, and says how many passed.
 *
 * @throws {AggregateError} What failed, by name.
 */
export async function report(pkg: Package, vectors: Vectors): Promise<string> {
  const failed: Error[] = [];
  const cases = suite(pkg, vectors);
  for (const { name, run } of cases) {
    try {
      await run();
    } catch (cause) {
      failed.push(new Error(`${name}: ${String(cause)}`));
    }
  }
  if (failed.length > 0) throw new AggregateError(failed, `${failed.length} of ${cases.length}: ${failed.slice(0, 5).join("\n")}`);
  return `${cases.length} passed`;
}
