/** What a case needs of a test framework, so that the same cases run in every runtime. */

import type { CallOptions } from "keyhaven";
import type * as Keyhaven from "keyhaven";

/** The default entry, however it was loaded. */
export type Package = typeof Keyhaven;

/** One test. */
export interface Case {
  readonly name: string;
  readonly run: () => void | Promise<void>;
}

/** Who does the slow primitives. Every case that has any runs with both. */
export type Engine = NonNullable<CallOptions["engine"]>;
export const ENGINES: readonly Engine[] = ["webcrypto", "wasm"];

/** Compares JSON values; the order of fields does not count, nor does a field that is undefined. */
export function equal(found: unknown, expected: unknown, what = "the values"): void {
  const [one, other] = [String(canonical(found)), String(canonical(expected))];
  if (one === other) return;
  let at = 0;
  while (one[at] === other[at]) at += 1;
  const near = (text: string) => text.slice(Math.max(0, at - 60), at + 140);
  throw new Error(`${what} differ at ${at}:\n found    ${near(one)}\n expected ${near(other)}`);
}

/** The code and details of what `run` throws. */
export async function failure(pkg: Package, run: () => unknown): Promise<{ code: string; details: Record<string, unknown> }> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof pkg.KeyhavenError)) throw error;
    return { code: error.code, details: { ...error.details } };
  }
  throw new Error("nothing was thrown");
}

/** `undefined` has no text. */
function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** Bytes of hex. */
export function unhex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Unpadded base64. */
export function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("=", "");
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
