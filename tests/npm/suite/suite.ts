/** Every case that all runtimes run. */

import { backupCases } from "./backup.js";
import { contractCases } from "./contract.js";
import type { Case, Package } from "./check.js";
import { keyFileCases } from "./key-file.js";
import { recoveryKeyCases } from "./recovery-key.js";
import { newBackupCases } from "./new-backup.js";
import { secretStorageCases } from "./secret-storage.js";
import type { Vectors } from "./vectors.js";
import { workerCases } from "./workers.js";

/** @param full What seals too, if `pkg` only opens. */
export function suite(pkg: Package, vectors: Vectors, full = pkg): Case[] {
  return [contractCases, keyFileCases, recoveryKeyCases, backupCases, newBackupCases, secretStorageCases, workerCases].flatMap((cases) => cases(pkg, vectors, full));
}
