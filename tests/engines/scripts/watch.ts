// Counts what WebCrypto is asked and what it does. Runs under Node and in a page.

export interface Seen {
  sealed: number;
  opened: number;
  refused: number;
  /** Keys that could be read back. */
  extractable: number;
  /** Keys that may do more than one thing. */
  wide: number;
}

type Cipher = SubtleCrypto["encrypt"];

/** Watches `crypto.subtle` from here on, if there is one. */
export function watch(): Seen {
  const seen: Seen = { sealed: 0, opened: 0, refused: 0, extractable: 0, wide: 0 };
  // Absent on a page that came over plain HTTP, whatever the types say.
  const subtle = (globalThis as { SubtleCrypto?: { prototype: SubtleCrypto } }).SubtleCrypto;
  if (subtle === undefined) return seen;
  const { prototype } = subtle;
  const importKey = prototype.importKey as (...words: unknown[]) => Promise<CryptoKey>;
  const watchedImport = function (this: SubtleCrypto, ...words: unknown[]): Promise<CryptoKey> {
    const [, , , extractable, usages] = words;
    if (extractable !== false) seen.extractable += 1;
    if (!isOneOf(usages, ["encrypt", "decrypt"])) seen.wide += 1;
    return importKey.apply(this, words);
  };
  prototype.importKey = watchedImport as SubtleCrypto["importKey"];
  const counted = (original: Cipher, field: "sealed" | "opened"): Cipher =>
    async function (this: SubtleCrypto, ...words) {
      try {
        const answer = await original.apply(this, words);
        seen[field] += 1;
        return answer;
      } catch (error) {
        seen.refused += 1;
        throw error;
      }
    };
  prototype.encrypt = counted(prototype.encrypt, "sealed");
  prototype.decrypt = counted(prototype.decrypt, "opened");
  return seen;
}

function isOneOf(usages: unknown, allowed: readonly string[]): boolean {
  return Array.isArray(usages) && usages.length === 1 && allowed.includes(usages[0] as string);
}
