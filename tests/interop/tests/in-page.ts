// What a page does with `{ workers: n }`: imported there, where `keyhaven` is the installed package. Each answers with what
// can leave a page.
import * as keyhaven from "keyhaven";

type Options = keyhaven.DecryptSessionsOptions;

/** Entries of a dozen batches. */
const ENTRIES = 12 * 256;

await keyhaven.init();

/** A key, and a backup under it that has one session in as many rooms. */
function backupOf(session: keyhaven.ExportedSession): { key: keyhaven.RecoveryKey; rooms: keyhaven.BackupRooms } {
  const key = keyhaven.RecoveryKey.generate();
  const entry = keyhaven.encryptSession(key.publicKey, session);
  const room = (at: number) => [`!${at}:example.org`, { sessions: { [session.session_id]: entry } }] as const;
  return { key, rooms: Object.fromEntries(Array.from({ length: ENTRIES }, (_, at) => room(at))) };
}

async function roomsOf(read: AsyncIterable<keyhaven.EntriesRead>): Promise<string[]> {
  const rooms: string[] = [];
  for await (const { sessions } of read) rooms.push(...sessions.map(({ session }) => session.room_id));
  return rooms;
}

async function failure(run: Promise<unknown>): Promise<string> {
  try {
    await run;
  } catch (error) {
    return error instanceof keyhaven.KeyhavenError ? error.code : String(error);
  }
  return "nothing was thrown";
}

/** How many entries two workers open, and whether they come as on one thread. */
export async function asOnOneThread(session: keyhaven.ExportedSession): Promise<[number, boolean]> {
  const { key, rooms } = backupOf(session);
  const [one, two] = [await roomsOf(key.decryptSessions(rooms)), await roomsOf(key.decryptSessions(rooms, { workers: 2 }))];
  return [two.length, JSON.stringify(one) === JSON.stringify(two)];
}

/** What is thrown where the policy of the page refuses workers, or their script is not there. */
export async function refused(session: keyhaven.ExportedSession): Promise<string[]> {
  const { key, rooms } = backupOf(session);
  const nowhere: Options = { workers: 2, startWorker: () => new Worker("/nowhere.js", { type: "module" }) };
  const first = await failure(roomsOf(key.decryptSessions(rooms, nowhere)));
  const policy = Object.assign(document.createElement("meta"), { httpEquiv: "Content-Security-Policy", content: "worker-src 'none'" });
  document.head.append(policy);
  return [first, await failure(roomsOf(key.decryptSessions(rooms, { workers: 2 })))];
}

/** What is thrown when a signal says so after the first batch. */
export async function aborted(session: keyhaven.ExportedSession): Promise<string> {
  const { key, rooms } = backupOf(session);
  const controller = new AbortController();
  const read = key.decryptSessions(rooms, { workers: 2, signal: controller.signal });
  await read.next();
  setTimeout(() => controller.abort("enough"));
  return failure(roomsOf(read));
}

let ended: Promise<string> | undefined;

/** Ends the workers from outside after the first batch, of which a browser tells nobody. */
export async function endWorkers(session: keyhaven.ExportedSession): Promise<void> {
  const { key, rooms } = backupOf(session);
  const workers: Worker[] = [];
  const startWorker = (): Worker => {
    const worker = new Worker("/node_modules/keyhaven/esm/worker.js", { type: "module" });
    workers.push(worker);
    return worker;
  };
  const read = key.decryptSessions(rooms, { workers: 2, startWorker });
  await read.next();
  for (const worker of workers) worker.terminate();
  ended = failure(roomsOf(read));
}

/** What is thrown then. */
export async function whatEndedThem(): Promise<string | undefined> {
  return ended;
}
