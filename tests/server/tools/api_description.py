"""What schemathesis needs to know beside the document: how to prove who asks, how to write our media types, and what no
schema can say of a request that is right.

A session is opened for each request, since a request of the run may end the one before it. The password was right a
moment ago, so that this costs no slow hash.
"""

import base64
import collections
import itertools
import json
import os
import threading

import requests
import schemathesis
from schemathesis.openapi.checks import UseAfterFree

BASE = os.environ["KEYHAVEN_BASE"]
EMAIL = os.environ["KEYHAVEN_EMAIL"]
AUTH_KEY = os.environ["KEYHAVEN_AUTH_KEY"]
UNLOCK_PROOF = os.environ["KEYHAVEN_UNLOCK_PROOF"]
RECOVERY_AUTH = os.environ["KEYHAVEN_RECOVERY_AUTH"]
KEY_RECORD = json.loads(os.environ["KEYHAVEN_KEY_RECORD"])
OBJECT = os.environ["KEYHAVEN_OBJECT"]
PERSONA = os.environ["KEYHAVEN_PERSONA"]
ANSWERS = os.environ["KEYHAVEN_ANSWERS"]
KDF = {"memory_kib": 65536, "passes": 3, "lanes": 1}


def session():
    body = {"email": EMAIL, "auth_key": AUTH_KEY}
    answer = requests.post(f"{BASE}/persona/v1/sessions", json=body, timeout=30)
    answer.raise_for_status()
    return {"Authorization": f"Bearer {answer.json()['token']}"}


@schemathesis.auth(refresh_interval=None).apply_to(path_regex="^/persona/v1/")
class Session:
    def get(self, case, context):
        return session()

    def set(self, case, data, context):
        case.headers = {**(case.headers or {}), **data}


@schemathesis.auth(refresh_interval=None).apply_to(path_regex="^/personas")
class Basic:
    def get(self, case, context):
        return requests.auth._basic_auth_str(EMAIL, AUTH_KEY)

    def set(self, case, data, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = data


@schemathesis.serializer("application/zip", "application/vnd.keyhaven.parts")
def as_it_is(context, value):
    return value if isinstance(value, bytes) else str(value).encode()


def read(path):
    # Another request of the run may end the session before it is used.
    for _ in range(10):
        answer = requests.get(f"{BASE}{path}", headers=session(), timeout=30)
        if answer.status_code != 401:
            break
    answer.raise_for_status()
    return answer


def version(path):
    """The version that a write has to name."""
    return read(path).headers["ETag"]


def over(case, path):
    case.headers = {name: value for name, value in (case.headers or {}).items() if name.lower() != "if-none-match"}
    case.headers["If-Match"] = version(path)


def parts(*each):
    return "".join(len(part).to_bytes(4, "big").decode() + part for part in each)


def fresh(length):
    return base64.urlsafe_b64encode(os.urandom(length)).rstrip(b"=").decode()


def an_object(case, *done):
    """A new object, which has gone through this."""
    path = f"/persona/v1/objects/{fresh(16)}"
    case.path_parameters = {"id": path.rsplit("/", 1)[1]}
    for method, action, body in [("PUT", "", parts("inventory", "object")), *done]:
        headers = {
            **session(),
            "If-Match": version("/persona/v1/inventory"),
            "Content-Type": "application/zip" if action else "application/vnd.keyhaven.parts",
        }
        requests.request(method, f"{BASE}{path}{action}", headers=headers, data=body, timeout=30)


NAMES = itertools.count()


def new_account(case):
    email = f"new{next(NAMES)}@example.org"
    case.body = {"email": email, "account_id": fresh(16), "auth_key": AUTH_KEY, "kdf": KDF}


def new_typed_account(case):
    case.body = {"email": f"new{next(NAMES)}@example.org", "password": "typed"}


def inventory(case):
    over(case, "/persona/v1/inventory")
    case.body = "inventory"


def put_object(case):
    over(case, "/persona/v1/inventory")
    case.path_parameters = {"id": fresh(16)}
    case.body = parts("inventory", "object")


def delete_object(case):
    an_object(case)
    inventory(case)


def undelete_object(case):
    an_object(case, ("POST", "/delete", "inventory"))
    inventory(case)


def keys(case):
    over(case, "/persona/v1/keys")
    case.body = KEY_RECORD


def end_session(case):
    case.path_parameters = {"id": read("/persona/v1/sessions").json()["sessions"][0]["session_id"]}


def path(**parameters):
    def put(case):
        case.path_parameters = dict(parameters)

    return put


def query(**fields):
    def put(case):
        case.query = dict(fields)

    return put


def body(**fields):
    def put(case):
        case.body = dict(fields)

    return put


# By what the document calls them: what makes a request right that fits the schema.
RIGHT = {
    "POST /accounts": new_typed_account,
    "PUT /password/reset": body(email=EMAIL),
    "GET /personas/{id}": path(id=PERSONA),
    "GET /personas/{id}/versions": path(id=PERSONA),
    "POST /personas/{id}/versions/{version}": path(id=PERSONA, version="1"),
    "POST /persona/v1/accounts": new_account,
    "POST /persona/v1/sessions": body(email=EMAIL, auth_key=AUTH_KEY),
    "GET /persona/v1/kdf": query(email=EMAIL),
    "PUT /persona/v1/keys": keys,
    "POST /persona/v1/keys/release": body(secret="password", auth=AUTH_KEY),
    "POST /persona/v1/unlock": body(unlock_proof=UNLOCK_PROOF),
    "POST /persona/v1/recover/release": body(email=EMAIL, recovery_auth=RECOVERY_AUTH),
    "PUT /persona/v1/inventory": inventory,
    "DELETE /persona/v1/sessions/{id}": end_session,
    "GET /persona/v1/inventory/versions/{version}": path(version="1"),
    "GET /persona/v1/objects/{id}": path(id=OBJECT),
    "PUT /persona/v1/objects/{id}": put_object,
    "POST /persona/v1/objects/{id}/delete": delete_object,
    "POST /persona/v1/objects/{id}/undelete": undelete_object,
    "GET /persona/v1/objects/{id}/versions/{version}": path(id=PERSONA, version="1"),
}
ASKED = collections.Counter()
LOCK = threading.Lock()


@schemathesis.hook
def before_call(context, case, kwargs):
    """Makes every second request right of those that fit, outside of sequences, which have values of their own."""
    meta = case.meta
    label = case.operation.label
    if label not in RIGHT or not meta or not meta.generation.mode.is_positive or meta.phase.name == "stateful":
        return
    with LOCK:
        ASKED[label] += 1
        turn = ASKED[label] % 2 == 1
    if turn:
        RIGHT[label](case)


@schemathesis.hook
def after_call(context, case, response):
    """Writes down what is compared with the document: one answer a line. What is asked above is not among it."""
    with LOCK, open(ANSWERS, "a", encoding="utf-8") as answers:
        print(response.status_code, case.operation.label, file=answers)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Versions of what was deleted are kept, and listed for whoever wants it back: that they are there is no failure."""
    return not (isinstance(failure, UseAfterFree) and case.operation.label == "GET /personas/{id}/versions")
