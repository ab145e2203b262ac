import { KeyhavenError } from "./error.js";

/** What came out of wasm instead of an answer, once something did. */
let trap: unknown;

/** Whether nothing did. @internal */
export function isUsable(): boolean {
  return trap === undefined;
}

/** @throws {KeyhavenError} `unusable`. @internal */
export function assertUsable(): void {
  if (!isUsable()) throw unusable();
}

/** @internal */
export function unusable(): KeyhavenError {
  return new KeyhavenError("unusable", {}, { cause: trap });
}

/**
 * The exports of the wasm behind a guard: after a trap its memory may be in any state, so nothing in it runs any more.
 * Freeing does nothing then, since a collector of garbage does that too, and has nobody to throw to. Nor does it a second
 * time: a handle that was freed is a null pointer, and of no use for anything else.
 *
 * The glue calls this, not the rest of the package. @internal
 */
export function guarded(exports: WebAssembly.Exports): WebAssembly.Exports {
  const entries = Object.entries(exports).map(([name, value]) => [
    name,
    typeof value === "function" ? guardedFunction(name, value as (...words: unknown[]) => unknown) : value,
  ]);
  return Object.fromEntries(entries) as WebAssembly.Exports;
}

/** What the glue's own code throws for a null pointer. */
const FREED = "null pointer passed to rust";

function guardedFunction(name: string, run: (...words: unknown[]) => unknown): (...words: unknown[]) => unknown {
  const isFree = name.endsWith("_free");
  return (...words) => {
    if (isFree && (words[0] === 0 || !isUsable())) return;
    assertUsable();
    try {
      return run(...words);
    } catch (thrown) {
      if ((thrown as Error | null)?.message === FREED) throw new KeyhavenError("freed");
      if (!isTrap(thrown)) throw thrown;
      trap = thrown;
      throw new KeyhavenError("internal", {}, { cause: thrown });
    }
  };
}

/** An end of the stack is an error of its own kind in each engine. What the glue throws, before anything runs, is none of these. */
function isTrap(thrown: unknown): boolean {
  return thrown instanceof WebAssembly.RuntimeError || thrown instanceof RangeError || (thrown as Error).name === "InternalError";
}
