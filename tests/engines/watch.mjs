// Counts what WebCrypto is asked and what it does. Runs under Node and in a page.

const has = (usages, use) => usages.length === 1 && usages[0] === use;

/** Watches `crypto.subtle` from here on, if there is one. */
export function watch() {
  const seen = { sealed: 0, opened: 0, refused: 0, extractable: 0, wide: 0 };
  const prototype = globalThis.SubtleCrypto?.prototype;
  if (prototype === undefined) return seen;
  const { importKey, encrypt, decrypt } = prototype;
  prototype.importKey = function (format, data, algorithm, extractable, usages) {
    if (extractable) seen.extractable += 1;
    if (!has(usages, "encrypt") && !has(usages, "decrypt")) seen.wide += 1;
    return importKey.call(this, format, data, algorithm, extractable, usages);
  };
  const counted = (original, field) =>
    async function (...words) {
      try {
        const answer = await original.apply(this, words);
        seen[field] += 1;
        return answer;
      } catch (error) {
        seen.refused += 1;
        throw error;
      }
    };
  prototype.encrypt = counted(encrypt, "sealed");
  prototype.decrypt = counted(decrypt, "opened");
  return seen;
}
