// Counts what WebCrypto is asked and what it does. Runs under Node and in a page.

import { type Answered, NOTHING } from "./compare.ts";

export interface Seen extends Answered {
  refused: number;
  /** Keys that could be read back. */
  extractable: number;
  /** Keys that may do more than one thing. */
  wide: number;
}

type Cipher = SubtleCrypto["encrypt"];

/** What a key may be used for. */
const USAGES = ["encrypt", "decrypt", "deriveBits", "sign"];

export const NOTHING_SEEN: Seen = { ...NOTHING, refused: 0, extractable: 0, wide: 0 };

/** Watches `crypto.subtle` from here on, if there is one. */
export function watch(): Seen {
  const seen: Seen = { ...NOTHING_SEEN };
  // Absent on a page that came over plain HTTP, whatever the types say.
  const subtle = (globalThis as { SubtleCrypto?: { prototype: SubtleCrypto } }).SubtleCrypto;
  if (subtle === undefined) return seen;
  const { prototype } = subtle;
  const importKey = prototype.importKey as (...words: unknown[]) => Promise<CryptoKey>;
  const watchedImport = function (this: SubtleCrypto, ...words: unknown[]): Promise<CryptoKey> {
    const [, , , extractable, usages] = words;
    if (extractable !== false) seen.extractable += 1;
    if (!isOneOf(usages, USAGES)) seen.wide += 1;
    return importKey.apply(this, words);
  };
  prototype.importKey = watchedImport as SubtleCrypto["importKey"];
  const counted = <Words extends unknown[], T>(
    original: (this: SubtleCrypto, ...words: Words) => Promise<T>,
    fieldOf: (...words: Words) => keyof Answered,
  ) =>
    async function (this: SubtleCrypto, ...words: Words): Promise<T> {
      try {
        const answer = await original.apply(this, words);
        seen[fieldOf(...words)] += 1;
        return answer;
      } catch (error) {
        seen.refused += 1;
        throw error;
      }
    };
  prototype.encrypt = counted<Parameters<Cipher>, ArrayBuffer>(prototype.encrypt, (algorithm) =>
    (algorithm as Algorithm).name === "AES-CTR" ? "streamed" : "sealed",
  );
  prototype.decrypt = counted<Parameters<Cipher>, ArrayBuffer>(prototype.decrypt, () => "opened");
  const deriveBits = prototype.deriveBits as (this: SubtleCrypto, ...words: unknown[]) => Promise<ArrayBuffer>;
  prototype.deriveBits = counted(deriveBits, () => "derived") as SubtleCrypto["deriveBits"];
  const sign = prototype.sign as (this: SubtleCrypto, ...words: unknown[]) => Promise<ArrayBuffer>;
  prototype.sign = counted(sign, () => "tagged") as SubtleCrypto["sign"];
  return seen;
}

function isOneOf(usages: unknown, allowed: readonly string[]): boolean {
  return Array.isArray(usages) && usages.length === 1 && allowed.includes(usages[0] as string);
}
