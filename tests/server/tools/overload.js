// More sign-ins than the server can hash, beside people who read and write. Every sign-in names another address and is wrong,
// so that none is remembered: accepted means answered 401 after a whole hash. Whoever signs in comes through a trusted proxy,
// from a network of their own or all from one.
import http from "k6/http";
import { Counter, Trend } from "k6/metrics";

const base = __ENV.BASE;
const seconds = `${__ENV.SECONDS}s`;

const asked = new Counter("asked");
const accepted = new Trend("accepted_ms");
const refused = new Counter("refused");
const refusedSlowly = new Trend("refused_ms");
const unexpected = new Counter("unexpected");
const read = new Trend("read_ms");
const readRefused = new Counter("read_refused");
const written = new Trend("written_ms");
const writeRefused = new Counter("write_refused");
const persona = "p".repeat(10 * 1024);

export const options = {
  discardResponseBodies: true,
  scenarios: {
    sign_ins: {
      executor: "constant-arrival-rate",
      exec: "signIn",
      rate: Number(__ENV.RATE),
      timeUnit: "1s",
      duration: seconds,
      preAllocatedVUs: 600,
      maxVUs: 600,
    },
    reads: {
      executor: "constant-arrival-rate",
      exec: "readObject",
      rate: 20,
      timeUnit: "1s",
      duration: seconds,
      preAllocatedVUs: 50,
      maxVUs: 50,
    },
    writes: {
      executor: "constant-arrival-rate",
      exec: "writeObject",
      rate: 20,
      timeUnit: "1s",
      duration: seconds,
      preAllocatedVUs: 50,
      maxVUs: 50,
    },
  },
  summaryTrendStats: ["count", "avg", "med", "p(95)", "p(99)", "max"],
};

function network() {
  return __ENV.NETWORKS === "one" ? "10.0.0.1" : `10.${Math.floor(__VU / 256)}.${__VU % 256}.1`;
}

export function signIn() {
  asked.add(1);
  const email = `nobody${__VU}x${__ITER}@example.org`;
  const body = JSON.stringify({ email, auth_key: "A".repeat(43) });
  const answer = http.post(`${base}/persona/v1/sessions`, body, {
    headers: { "content-type": "application/json", "x-forwarded-for": network() },
    responseCallback: http.expectedStatuses(401, 503),
  });
  const waits = Number(answer.headers["Retry-After"]) >= 1;
  if (answer.status === 401) {
    accepted.add(answer.timings.duration);
  } else if (answer.status === 503 && waits) {
    refused.add(1);
    refusedSlowly.add(answer.timings.duration);
  } else {
    unexpected.add(1);
  }
}

export function readObject() {
  const answer = http.get(`${base}/persona/v1/objects/${__ENV.OBJECT}`, {
    headers: { authorization: `Bearer ${__ENV.TOKEN}` },
  });
  if (answer.status === 200) {
    read.add(answer.timings.duration);
  } else if (answer.status === 503) {
    readRefused.add(1);
  } else {
    unexpected.add(1);
  }
}

export function writeObject() {
  const answer = http.post(`${base}/personas/beside`, persona, {
    headers: { authorization: __ENV.BASIC, "content-type": "application/octet-stream" },
  });
  if (answer.status === 200) {
    written.add(answer.timings.duration);
  } else if (answer.status === 503) {
    writeRefused.add(1);
  } else {
    unexpected.add(1);
  }
}
