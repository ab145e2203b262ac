// Runs cases and compares what came of them with what the file says. Runs under Node and in a page.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [field: string]: Json };

/** What must come of a case: one of the two. */
export type Expected = { readonly output: Json } | { readonly error: Json };

export interface Case {
  readonly name: string;
  readonly op: string;
  readonly input: Json;
  readonly expected: Expected;
}

export interface VectorFile {
  readonly name: string;
  readonly cases: readonly Case[];
}

/** Who answers: `Engine::parse` of the crate knows these. */
export type Engine = "core" | "pieces" | "webcrypto" | "webcrypto-pieces";

/** How many jobs an engine answered that WebCrypto can answer. */
export interface Answered {
  sealed: number;
  opened: number;
  derived: number;
  tagged: number;
  streamed: number;
}

export const NOTHING: Answered = { sealed: 0, opened: 0, derived: 0, tagged: 0, streamed: 0 };

export interface FileResult {
  readonly name: string;
  readonly count: number;
  /** Which cases came out otherwise, in words. */
  readonly wrong: readonly string[];
  readonly answered: Answered;
}

/** `runCase` of the crate: JSON in, JSON out. */
export type RunCase = (engine: string, op: string, input: string) => Promise<string>;

/** JSON with sorted keys, so that equal values have equal texts. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}

/** Runs the cases of one file: how many there were, which came out otherwise, and what the engine answered. */
export async function runFile(runCase: RunCase, engine: Engine, { name, cases }: VectorFile): Promise<FileResult> {
  const wrong: string[] = [];
  const answered: Answered = { ...NOTHING };
  for (const one of cases) {
    const ran = JSON.parse(await runCase(engine, one.op, JSON.stringify(one.input))) as Expected & { answered: Answered };
    const { answered: here, ...outcome } = ran;
    for (const field of Object.keys(NOTHING) as (keyof Answered)[]) answered[field] += here[field];
    const [came, expected] = [canonical(outcome), canonical(one.expected)];
    if (came !== expected) wrong.push(`${one.op} ${one.name}: ${came.slice(0, 200)} instead of ${expected.slice(0, 200)}`);
  }
  return { name, count: cases.length, wrong, answered };
}

export async function runFiles(runCase: RunCase, engine: Engine, files: readonly VectorFile[]): Promise<FileResult[]> {
  const results: FileResult[] = [];
  for (const file of files) results.push(await runFile(runCase, engine, file));
  return results;
}
