/** Known answers: the files of `tests/vectors/matrix`. */

/** A case of the vectors: exactly one of `output` and `error` must come out. */
export interface Vector {
  readonly name: string;
  readonly op: string;
  // The fields depend on `op`; each file of the suite says which it reads.
  readonly input: Record<string, never>;
  readonly output?: Record<string, never>;
  readonly error?: { readonly name: string; readonly [field: string]: unknown };
}

/** All cases of one file for one operation. */
export type Vectors = (file: string, op: string) => readonly Vector[];

/** A reason as the vectors have it. */
export interface VectorReason {
  readonly name: string;
  readonly field?: string;
}

const REASONS: Record<string, string> = {
  cut_off: "cut-off",
  behind_the_list: "behind-the-list",
  too_long: "too-long",
  not_an_object: "not-an-object",
  json: "not-json",
  missing: "missing-field",
  twice: "field-twice",
  wrong: "wrong-field",
  algorithm: "unknown-algorithm",
  session_key_length: "bad-session-key",
  session_key_version: "bad-session-key",
  other_session_id: "other-session-id",
  not_a_point: "not-a-point",
};

/** The same as the package has it. */
export function reasonOf({ name, field }: VectorReason): { reason: string; field?: string } {
  const reason = REASONS[name];
  if (reason === undefined) throw new Error(`a reason ${name} is not known to the suite`);
  return field === undefined ? { reason } : { reason, field };
}
