import { ENGINES, equal, failure, utf8, type Case, type Engine, type Package } from "./check.js";
import { keyFileOf } from "./key-file-of.js";
import { reasonOf, type Vector, type VectorReason, type Vectors } from "./vectors.js";

interface Input {
  readonly file: string;
  readonly passphrase: string;
}

interface Skipped {
  readonly index: number;
  readonly room_id: string | null;
  readonly session_id: string | null;
  readonly reason: VectorReason;
}

const CODES: Record<string, string> = {
  not_a_key_file: "not-a-key-file",
  incomplete: "incomplete-file",
  damaged_text: "damaged-file",
  damaged_header: "damaged-header",
  zero_rounds: "damaged-header",
  version: "unsupported-version",
  too_many_rounds: "too-many-rounds",
  wrong_passphrase_or_damaged: "wrong-passphrase-or-damaged",
  not_sessions: "not-sessions",
};

/** What the reading of a whole file, or of one in pieces, comes to. */
interface Read {
  readonly sessions: unknown[];
  readonly skipped: unknown[];
}

type Reading = (pkg: Package, input: Input, engine: Engine) => Promise<Read>;

/** The vectors are of one form each. */
const forms = "as-typed";

const READINGS: Record<string, Reading> = {
  "as text": (pkg, { file, passphrase }, engine) => pkg.openKeyFile(file, passphrase, { engine, forms }),
  "as bytes": (pkg, { file, passphrase }, engine) => pkg.openKeyFile(utf8(file), passphrase, { engine, forms }),
  "as a file": (pkg, { file, passphrase }, engine) => pkg.openKeyFile(new Blob([file]), passphrase, { engine, forms }),
  "in pieces": async (pkg, { file, passphrase }, engine) => {
    const all: Read = { sessions: [], skipped: [] };
    for await (const { sessions, skipped } of pkg.readKeyFile(new Blob([file]), passphrase, { engine, forms })) {
      all.sessions.push(...sessions);
      all.skipped.push(...skipped);
    }
    return all;
  },
};

export function keyFileCases(pkg: Package, vectors: Vectors): Case[] {
  const opening = vectors("key-file", "matrix.key_file.open").flatMap((vector) =>
    Object.entries(READINGS).flatMap(([way, read]) =>
      ENGINES.map((engine) => ({
        name: `key file, ${way}, by ${engine}: ${vector.name}`,
        run: () => opens(pkg, vector, (input) => read(pkg, input, engine)),
      })),
    ),
  );
  const lists = vectors("session", "matrix.sessions.read").map((vector) => ({
    name: `sessions of a key file: ${vector.name}`,
    run: async () => {
      const text = vector.input["text"] as unknown as string;
      const input = { file: await keyFileOf(text, "p"), passphrase: "p" } as unknown as Vector["input"];
      for (const read of Object.values(READINGS)) await opens(pkg, { ...vector, input }, (file) => read(pkg, file, "webcrypto"));
    },
  }));
  const withBadPoint = vectors("session", "matrix.sessions.read").find(({ name }) => name === "public_key_that_is_no_point");
  const points: Case = {
    name: "a point that is none is looked for unless the caller says otherwise",
    run: async () => {
      const text = withBadPoint?.input["text"] as unknown as string;
      const file = await keyFileOf(text, "p");
      const read = async (points?: "checked" | "unchecked"): Promise<[number, number]> => {
        const options = points === undefined ? {} : { points };
        const { sessions, skipped } = await pkg.openKeyFile(file, "p", options);
        for await (const batch of pkg.readKeyFile(new Blob([file]), "p", options)) {
          equal([batch.sessions, batch.skipped], [sessions, skipped], "both ways");
        }
        return [sessions.length, skipped.length];
      };
      const count = (JSON.parse(text) as unknown[]).length;
      equal(await read("unchecked"), [count, 0]);
      const [good, bad] = await read();
      equal([good + bad, bad > 0], [count, true]);
      equal(await read("checked"), [good, bad]);
    },
  };
  return [...opening, ...lists, points, ...ENGINES.flatMap((engine) => ownCases(pkg, vectors, engine))];
}

async function opens(pkg: Package, { input, output, error }: Vector, read: (input: Input) => Promise<Read>): Promise<void> {
  if (error !== undefined) {
    const found = await failure(pkg, () => read(input as unknown as Input));
    equal(found.code, CODES[error.name] ?? error.name, "the codes");
    for (const name of ["offset", "found", "rounds", "max"] as const) {
      if (error[name] !== undefined) equal(found.details[name], error[name], name);
    }
    return;
  }
  const expected = output as unknown as { sessions: unknown[]; skipped: Skipped[] };
  const found = await read(input as unknown as Input);
  equal(found.sessions, expected.sessions, "the sessions");
  const skipped = expected.skipped.map(({ index, room_id, session_id, reason }) => ({
    index,
    roomId: room_id ?? undefined,
    sessionId: session_id ?? undefined,
    ...reasonOf(reason),
  }));
  equal(found.skipped, skipped, "what was skipped");
}

function ownCases(pkg: Package, vectors: Vectors, engine: Engine): Case[] {
  const sessions = async () => {
    const vector = vectors("key-file", "matrix.key_file.open").find(({ output }) => output !== undefined) as Vector;
    return (await pkg.openKeyFile(vector.input["file"] as unknown as string, vector.input["passphrase"] as unknown as string)).sessions;
  };
  return [
    {
      name: `what is sealed by ${engine} opens by both`,
      run: async () => {
        const list = await sessions();
        const many = Array.from({ length: 2345 }, () => list).flat();
        const file = await pkg.sealKeyFile(many, "pass wörd", { rounds: 100_000, engine });
        for (const other of ENGINES) {
          const opened = await pkg.openKeyFile(file, "pass wörd", { engine: other });
          equal(opened.sessions, many, "the sessions");
          equal([opened.rounds, opened.skipped], [100_000, []], "rounds and skipped");
        }
      },
    },
    {
      name: `a session that is none is named, and nothing is sealed, by ${engine}`,
      run: async () => {
        const [good] = await sessions();
        if (good === undefined) throw new Error("no session");
        const list = Array.from({ length: 1500 }, () => good);
        list[1234] = { ...good, room_id: "room" };
        const found = await failure(pkg, () => pkg.sealKeyFile(list, "p", { rounds: 100_000, engine }));
        equal(found, { code: "invalid-session", details: { index: 1234, reason: "wrong-field", field: "room_id" } });
      },
    },
    {
      name: `rounds out of range are refused by ${engine}`,
      run: async () => {
        const found = await failure(pkg, () => pkg.sealKeyFile([], "p", { rounds: 99_999, engine }));
        equal(found, { code: "rounds-out-of-range", details: { rounds: 99_999, floor: 100_000, ceiling: 10_000_000 } });
        for (const rounds of [-1, 1.5, Number.NaN, 2 ** 32]) {
          const { code } = await failure(pkg, () => pkg.sealKeyFile([], "p", { rounds, engine }));
          equal(code, "invalid-argument", String(rounds));
        }
      },
    },
    {
      name: `a passphrase opens in any of its forms, by ${engine}`,
      run: async () => {
        const composed = "p\u00e4ss w\u00f6rd";
        const decomposed = composed.normalize("NFD");
        for (const [sealed, typed] of [[composed, decomposed], [decomposed, composed], [composed, ` ${decomposed} `], ["ascii", "ascii\n"]] as const) {
          const file = await pkg.sealKeyFile([], sealed, { rounds: 100_000, engine });
          equal((await pkg.openKeyFile(file, typed, { engine })).asTyped, false);
          equal((await pkg.openKeyFile(file, sealed, { engine })).asTyped, true);
          for await (const { skipped } of pkg.readKeyFile(new Blob([file as BlobPart]), typed, { engine })) equal(skipped, []);
        }
        const file = await pkg.sealKeyFile([], "other", { rounds: 100_000, engine });
        const found = await failure(pkg, () => pkg.openKeyFile(file, ` ${decomposed} `, { engine }));
        equal(found.code, "wrong-passphrase-or-damaged");
        // Spaces that the writer typed are not taken away.
        const spaced = await pkg.sealKeyFile([], " other ", { rounds: 100_000, engine });
        equal((await failure(pkg, () => pkg.openKeyFile(spaced, "other", { engine }))).code, "wrong-passphrase-or-damaged");
      },
    },
    {
      name: `an empty passphrase is refused by ${engine}`,
      run: async () => {
        equal((await failure(pkg, () => pkg.sealKeyFile([], "", { engine }))).code, "empty-passphrase");
      },
    },
    {
      name: `a signal ends it with its own reason, by ${engine}`,
      run: async () => {
        const file = await pkg.sealKeyFile([], "p", { rounds: 100_000, engine });
        const reason = new Error("enough");
        for (const start of [
          (signal: AbortSignal) => pkg.openKeyFile(file, "p", { signal, engine }),
          (signal: AbortSignal) => pkg.sealKeyFile([], "p", { signal, engine, rounds: 100_000 }),
          (signal: AbortSignal) => pkg.readKeyFile(new Blob([file as BlobPart]), "p", { signal, engine }).next(),
        ]) {
          for (const late of [false, true]) {
            const controller = new AbortController();
            if (!late) controller.abort(reason);
            const answer = start(controller.signal);
            if (late) controller.abort(reason);
            const thrown = await answer.then(() => undefined, (error: unknown) => error);
            equal(thrown === reason, true, `aborted ${late ? "late" : "early"}`);
          }
        }
      },
    },
    {
      name: `progress comes in rounds, bytes and sessions, by ${engine}`,
      run: async () => {
        const file = await pkg.sealKeyFile(await sessions(), "p", { rounds: 100_000, engine });
        const told: string[] = [];
        await pkg.openKeyFile(file, "p", {
          engine,
          onProgress: ({ done, total, unit }) => {
            if (total !== null && done > total) throw new Error(`${done} of ${total} ${unit}`);
            if (told.at(-1) !== unit) told.push(unit);
          },
        });
        equal(told, ["rounds", "bytes", "sessions"]);
      },
    },
  ];
}
