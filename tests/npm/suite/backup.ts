import type { BackupEntry, BackupRooms, DecryptedSession, ExportedSession, FailedEntry } from "keyhaven";

import { equal, failure, utf8, type Case, type Package } from "./check.js";
import { reasonOf, type Vector, type VectorReason, type Vectors } from "./vectors.js";

interface Input {
  readonly private_key: string;
  readonly room_id: string;
  readonly session_id: string;
  readonly entry: BackupEntry;
}

const REASONS: Record<string, string> = {
  json: "not-an-entry",
  missing: "not-an-entry",
  base64: "not-an-entry",
  length: "not-an-entry",
  non_contributory: "non-contributory",
  other_key: "other-key",
  backup_mac: "backup-mac",
  damaged: "damaged",
  session: "session",
  other_room: "other-room",
};
const AUTHENTICITY: Record<string, string> = { none: "none", session: "session", session_and_room: "session-and-room" };

export function backupCases(pkg: Package, vectors: Vectors): Case[] {
  const opening = vectors("backup", "matrix.backup.open");
  return [
    ...opening.map((vector) => ({ name: `backup entry: ${vector.name}`, run: () => opensOne(pkg, vector) })),
    { name: "entries of a backup open together, and each says for itself", run: () => opensMany(pkg, opening) },
    ...vectors("backup", "matrix.backup.seal").map((vector) => ({
      name: `backup entry, sealed: ${vector.name}`,
      run: () => seals(pkg, vector),
    })),
    { name: "many sessions are sealed as each by itself, up to one that is none", run: () => sealsMany(pkg, withTag(vectors)) },
    { name: "rooms in which no entries can be found are told, and the others open", run: () => opensBesideBadRooms(pkg, opening) },
    {
      name: "an entry with a field that is none stays closed, and the others open",
      run: () => opensBeside(pkg, opening),
    },
    {
      name: "entries say how far they are, and end with the signal's reason",
      run: () => watched(pkg, opening),
    },
  ];
}

export const keyOf = (pkg: Package, secret: string) => pkg.RecoveryKey.fromSecret(utf8(secret));

/** What must come out of a case, as {@link FailedEntry} has it. */
function fault({ error }: Vector): Pick<FailedEntry, "reason" | "sessionReason" | "field"> {
  const { name, reason } = error as { name: string; reason?: VectorReason };
  const inner = reason === undefined ? undefined : reasonOf(reason);
  return { reason: REASONS[name], sessionReason: inner?.reason, field: inner?.field } as FailedEntry;
}

async function opensOne(pkg: Package, vector: Vector): Promise<void> {
  const { private_key, room_id, session_id, entry } = vector.input as unknown as Input;
  const key = keyOf(pkg, private_key);
  const open = () => key.decryptSession(entry, { roomId: room_id, sessionId: session_id });
  if (vector.output === undefined) {
    equal(await failure(pkg, open), { code: "entry-not-opened", details: fault(vector) });
    return;
  }
  const { session, authenticity } = vector.output as unknown as { session: ExportedSession; authenticity: string };
  equal(open(), { session, authenticity: AUTHENTICITY[authenticity] });
}

/** All cases of one key, many times over, in rooms of their own: more than go into one batch. */
async function opensMany(pkg: Package, opening: readonly Vector[]): Promise<void> {
  const { private_key, same } = commonestKey(opening);
  const { rooms, expected, faults } = backup(same, 300);
  const sessions: DecryptedSession[] = [];
  const failed: FailedEntry[] = [];
  const batches: number[] = [];
  for await (const read of keyOf(pkg, private_key).decryptSessions(rooms)) {
    sessions.push(...read.sessions);
    failed.push(...read.failed);
    batches.push(read.sessions.length + read.failed.length);
  }
  const [last, ...full] = batches.reverse();
  equal([full.every((count) => count === 256), (last as number) <= 256], [true, true], "256 come at a time");
  equal(sessions, expected, "the sessions");
  equal(failed, faults, "what failed");
  equal(sessions.length > 256 && failed.length > 0, true, "enough of both");
}

/** What a server may answer for a room that is none. */
const BAD_ROOMS: readonly unknown[] = [{}, null, 5, "room", [], { sessions: null }, { sessions: [] }, { sessions: "a" }, { sessions: [[]] }];

/** A room that opens between rooms that are none, and what must be told of those. */
export function besideBadRooms(opening: readonly Vector[]): { private_key: string; rooms: BackupRooms; faults: FailedEntry[] } {
  const { private_key, room_id, session_id, entry } = opening.find(({ output }) => output !== undefined)?.input as unknown as Input;
  const [before, ...after] = BAD_ROOMS.map((room, at) => [`!${at}:example.org`, room] as const);
  const good = [room_id, { sessions: { [session_id]: entry } }] as const;
  const rooms = Object.fromEntries([before as (typeof after)[number], good, ...after]) as unknown as BackupRooms;
  const faults = BAD_ROOMS.map((_, at): FailedEntry => ({ roomId: `!${at}:example.org`, reason: "not-a-room" }));
  return { private_key, rooms, faults };
}

async function opensBesideBadRooms(pkg: Package, opening: readonly Vector[]): Promise<void> {
  const { private_key, rooms, faults } = besideBadRooms(opening);
  const key = keyOf(pkg, private_key);
  const told: unknown[] = [];
  for await (const { sessions, failed } of key.decryptSessions(rooms, { onProgress: ({ done, total }) => told.push([done, total]) })) {
    equal(sessions.length, 1);
    equal(failed, faults);
  }
  equal(told, [[0, 10], [10, 10]]);
  for (const none of [null, undefined, "rooms"]) {
    const found = await failure(pkg, () => key.decryptSessions(none as unknown as BackupRooms).next());
    equal(found, { code: "invalid-argument", details: { argument: "rooms" } });
  }
}

/** The key that most cases have, with those cases. */
export function commonestKey(opening: readonly Vector[]): { private_key: string; same: Vector[] } {
  const byKey = new Map<string, Vector[]>();
  for (const vector of opening) {
    const { private_key } = vector.input as unknown as Input;
    byKey.set(private_key, [...(byKey.get(private_key) ?? []), vector]);
  }
  const [found] = [...byKey].sort(([, one], [, other]) => other.length - one.length);
  if (found === undefined) throw new Error("no cases");
  return { private_key: found[0], same: found[1] };
}

export function backup(vectors: readonly Vector[], copies: number) {
  const rooms: Record<string, { sessions: Record<string, BackupEntry> }> = {};
  const expected: DecryptedSession[] = [];
  const faults: FailedEntry[] = [];
  for (let copy = 0; copy < copies; copy += 1) {
    for (const [at, vector] of vectors.entries()) {
      const { room_id, session_id, entry } = vector.input as unknown as Input;
      const output = vector.output as unknown as { session: ExportedSession; authenticity: string } | undefined;
      // What has a tag may say its room inside: it stays where it is, once.
      const stays = output === undefined || entry.session_data.unsigned !== undefined;
      if (stays && copy > 0) continue;
      const roomId = stays ? room_id : `!${copy}-${at}:example.org`;
      const { sessions } = (rooms[roomId] ??= { sessions: {} });
      if (sessions[session_id] !== undefined) continue;
      sessions[session_id] = entry;
      if (output === undefined) faults.push({ roomId, sessionId: session_id, ...fault(vector) });
      else {
        const authenticity = AUTHENTICITY[output.authenticity] as DecryptedSession["authenticity"];
        expected.push({ session: { ...output.session, room_id: roomId }, authenticity });
      }
    }
  }
  return ordered(rooms, expected, faults);
}

/** In the order in which an object lists its rooms. */
function ordered(rooms: BackupRooms, expected: DecryptedSession[], faults: FailedEntry[]) {
  const order = new Map<string, number>();
  for (const [roomId, { sessions }] of Object.entries(rooms)) {
    for (const id of Object.keys(sessions)) order.set(`${roomId} ${id}`, order.size);
  }
  const place = (room: string, id = "") => order.get(`${room} ${id}`) ?? -1;
  expected.sort((a, b) => place(a.session.room_id, a.session.session_id) - place(b.session.room_id, b.session.session_id));
  faults.sort((a, b) => place(a.roomId, a.sessionId) - place(b.roomId, b.sessionId));
  return { rooms, expected, faults };
}

/** What is sealed opens, and says what is known of it. The bytes themselves are random. */
async function seals(pkg: Package, { input, output }: Vector): Promise<void> {
  const { private_key, public_key, session, imported } = input as unknown as {
    private_key: string | null;
    public_key: string | null;
    session: ExportedSession;
    imported: boolean;
  };
  const origin = imported ? "imported" : "received";
  const to = public_key ?? keyOf(pkg, private_key as string);
  if (output === undefined) {
    equal((await failure(pkg, () => pkg.encryptSession(to, session, { origin }))).code, "low-order-public-key");
    return;
  }
  const { entry: expected } = output as unknown as { entry: BackupEntry };
  const entry = pkg.encryptSession(to, session, { origin });
  equal(
    [entry.first_message_index, entry.forwarded_count, entry.is_verified, entry.session_data.unsigned !== undefined],
    [expected.first_message_index, expected.forwarded_count, false, expected.session_data.unsigned !== undefined],
  );
  equal(entry.session_data.ciphertext.length, expected.session_data.ciphertext.length, "the lengths");
  equal(entry.session_data.ciphertext === expected.session_data.ciphertext, false, "another key each time");
  if (private_key === null) return;
  const place = { roomId: session.room_id, sessionId: session.session_id };
  const opened = keyOf(pkg, private_key).decryptSession(entry, place);
  equal(opened, { session, authenticity: public_key !== null || imported ? "none" : "session-and-room" });
}

/** A case that is sealed with the private key, of a session from the device that made it. */
function withTag(vectors: Vectors): Vector {
  const isOne = ({ input, output }: Vector): boolean =>
    output !== undefined && input["private_key"] !== null && input["imported"] === false;
  const found = vectors("backup", "matrix.backup.seal").find(isOne);
  if (found === undefined) throw new Error("no case");
  return found;
}

/** Many at once are the same, in batches, up to the first that is none. */
async function sealsMany(pkg: Package, { input }: Vector): Promise<void> {
  const { private_key, session } = input as unknown as { private_key: string; session: ExportedSession };
  const key = keyOf(pkg, private_key);
  // Five in a room, and more than two batches.
  const sessions = Array.from({ length: 600 }, (_, at) => ({ ...session, room_id: `!${Math.floor(at / 5)}:example.org` }));
  const told: unknown[] = [];
  const rooms = new Set<string>();
  const onProgress = (progress: unknown): unknown => told.push(progress);
  for await (const batch of pkg.encryptSessions(key, sessions, { origin: "received", onProgress })) {
    for await (const { sessions, failed } of key.decryptSessions(batch)) {
      equal(failed, []);
      for (const { session: { room_id, ...rest }, authenticity } of sessions) {
        equal([{ ...rest, room_id: session.room_id }, authenticity], [session, "session-and-room"]);
        rooms.add(room_id);
      }
    }
  }
  equal([...rooms], [...new Set(sessions.map(({ room_id }) => room_id))]);
  equal(told, [256, 512, 600].map((done) => ({ done, total: null, unit: "sessions" })));

  for (const count of [0, 1, 5, 6]) {
    let found = 0;
    const own = sessions.map((session, at) => ({ ...session, room_id: `!${at}:example.org` })).slice(0, count);
    for await (const batch of pkg.encryptSessions(key.publicKey, own)) found += Object.keys(batch).length;
    equal(found, count, "with the public key alone, and as origin hearsay");
  }
  const spoilt = sessions.map((session, at) => (at === 300 ? { ...session, session_key: "AQ" } : session));
  let batches = 0;
  const error = await failure(pkg, async () => {
    for await (const _ of pkg.encryptSessions(key, spoilt)) batches += 1;
  });
  equal([error.code, error.details["index"], batches], ["invalid-session", 300, 1]);
  const controller = new AbortController();
  const reason = new Error("enough");
  let thrown: unknown;
  try {
    for await (const _ of pkg.encryptSessions(key, sessions, { signal: controller.signal })) controller.abort(reason);
  } catch (error) {
    thrown = error;
  }
  equal(thrown === reason, true, "the reason itself");
  const low = "A".repeat(43);
  const refused = await failure(pkg, async () => {
    for await (const _ of pkg.encryptSessions(low, sessions)) batches += 1;
  });
  equal([refused.code, batches], ["low-order-public-key", 1]);
}

/** Whatever stands in an entry, it shifts nothing of the next one. */
async function opensBeside(pkg: Package, opening: readonly Vector[]): Promise<void> {
  const { private_key, room_id, session_id, entry } = opening[0]?.input as unknown as Input;
  const key = keyOf(pkg, private_key);
  const { unsigned: _, ...data } = entry.session_data;
  const broken: unknown[] = [
    null,
    "text",
    [],
    {},
    { ...data, mac: 7 },
    { ...data, mac: undefined },
    { ...data, mac: `${data.mac}\r` },
    { ...data, ciphertext: `${data.ciphertext}\n=a b c` },
    { ...data, ephemeral: `${data.ephemeral} ${data.ciphertext}` },
    { ...data, ephemeral: "" },
    { ...data, ephemeral: `=${data.ephemeral}` },
  ];
  const sessions = Object.fromEntries(broken.map((session_data, at) => [`${at}`, { ...entry, session_data }] as const));
  for (const rooms of [{ "!other:example.org": { sessions } }, { [room_id]: { sessions: { ...sessions, [session_id]: { ...entry, session_data: data } } } }]) {
    for await (const { sessions: opened, failed } of key.decryptSessions(rooms as unknown as BackupRooms)) {
      equal(failed.map(({ sessionId, reason }) => [sessionId, reason]), broken.map((_, at) => [`${at}`, "not-an-entry"]));
      equal(opened.map(({ session }) => session.session_id), room_id in rooms ? [session_id] : []);
    }
  }
}

async function watched(pkg: Package, opening: readonly Vector[]): Promise<void> {
  const { private_key, room_id, session_id, entry } = opening[0]?.input as unknown as Input;
  const key = keyOf(pkg, private_key);
  const sessions = Object.fromEntries(Array.from({ length: 600 }, (_, at) => [at === 0 ? session_id : `${at}`, entry]));
  const told: number[] = [];
  const controller = new AbortController();
  const reason = new Error("enough");
  let thrown: unknown;
  try {
    const reading = key.decryptSessions({ [room_id]: { sessions } }, {
      signal: controller.signal,
      onProgress: ({ done, total, unit }) => {
        equal([total, unit], [600, "entries"]);
        told.push(done);
      },
    });
    for await (const { failed } of reading) {
      if (told.length === 3) controller.abort(reason);
      equal(failed.every(({ reason }) => reason === "session"), true);
    }
  } catch (error) {
    thrown = error;
  }
  equal([thrown === reason, told], [true, [0, 256, 512]]);
}
