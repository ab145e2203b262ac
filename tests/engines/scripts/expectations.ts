// What must be true of a run, wherever it ran.

import assert from "node:assert/strict";

import { LEAST } from "./cases.ts";
import { type Answered, type FileResult, NOTHING } from "./compare.ts";
import { NOTHING_SEEN, type Seen } from "./watch.ts";

/** Every case of every file came out as the file says. */
export function assertAllAgree(results: readonly FileResult[]): void {
  assert.deepEqual(results.map(({ name }) => name).sort(), Object.keys(LEAST).sort(), "the files");
  for (const { name, count, wrong } of results) {
    assert.ok(count >= (LEAST[name] ?? Infinity), `${name} has ${count} cases`);
    assert.deepEqual(wrong, [], name);
  }
}

/** WebCrypto gave every answer itself: none came from the software engine behind it. */
export function assertBrowserAnswered(results: readonly FileResult[], seen: Seen): void {
  const total = (field: keyof Answered) => results.reduce((sum, { answered }) => sum + answered[field], 0);
  for (const field of Object.keys(NOTHING) as (keyof Answered)[]) {
    assert.equal(seen[field], total(field), `${field} by WebCrypto, and in all`);
  }
  assert.ok(seen.sealed >= 60 && seen.opened >= 60, `${seen.sealed} sealed and ${seen.opened} opened`);
  const { derived, tagged, streamed } = seen;
  assert.ok(derived >= 30 && tagged >= 30 && streamed >= 25, `${derived} derived, ${tagged} tagged, ${streamed} streamed`);
  assert.ok(seen.refused >= 40, `${seen.refused} refused`);
  assert.equal(seen.extractable, 0, "no key can be read back");
  assert.equal(seen.wide, 0, "every key does one thing");
}

/** WebCrypto was not asked. */
export function assertBrowserIdle(seen: Seen): void {
  assert.deepEqual(seen, NOTHING_SEEN);
}
