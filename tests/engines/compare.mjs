// Runs cases and compares what came of them with what the file says. Runs under Node and in a page.

/** JSON with sorted keys, so that equal values have equal texts. */
function canonical(value) {
  return JSON.stringify(value, (_, inner) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.keys(inner).sort().map((key) => [key, inner[key]]))
      : inner,
  );
}

function expectedOf({ op, name, output, error }) {
  if ((output === undefined) === (error === undefined)) throw new Error(`${op} ${name}: either an output or an error`);
  return error === undefined ? { output } : { error };
}

/** Runs the cases of one file: how many there were, which came out otherwise, and what the engine answered. */
export async function runFile(runCase, engine, { name, cases }) {
  const wrong = [];
  const answered = { sealed: 0, opened: 0 };
  for (const one of cases) {
    const ran = JSON.parse(await runCase(engine, one.op, JSON.stringify(one.input)));
    const { answered: here, ...outcome } = ran;
    answered.sealed += here.sealed;
    answered.opened += here.opened;
    const [came, expected] = [canonical(outcome), canonical(expectedOf(one))];
    if (came !== expected) wrong.push(`${one.op} ${one.name}: ${came.slice(0, 200)} instead of ${expected.slice(0, 200)}`);
  }
  return { name, count: cases.length, wrong, answered };
}

export async function runFiles(runCase, engine, files) {
  const results = [];
  for (const file of files) results.push(await runFile(runCase, engine, file));
  return results;
}
