"""What schemathesis needs to know beside the document: how to prove who asks, how to write our media types, and what no
schema can say of a request that is right.

A session is opened for each request, since a request of the run may end the one before it. The password was right a
moment ago, so that this costs no slow hash. What would take the account away from the run is done with a fresh account,
whose letters are read in the outbox.
"""

import base64
import collections
import email
import email.policy
import itertools
import json
import os
import pathlib
import re
import threading
import time

import requests
import schemathesis
from schemathesis.openapi.checks import UseAfterFree

BASE = os.environ["KEYHAVEN_BASE"]
EMAIL = os.environ["KEYHAVEN_EMAIL"]
AUTH_KEY = os.environ["KEYHAVEN_AUTH_KEY"]
UNLOCK_PROOF = os.environ["KEYHAVEN_UNLOCK_PROOF"]
RECOVERY_AUTH = os.environ["KEYHAVEN_RECOVERY_AUTH"]
KEY_RECORD = json.loads(os.environ["KEYHAVEN_KEY_RECORD"])
FIRST_KEY_RECORD = json.loads(os.environ["KEYHAVEN_FIRST_KEY_RECORD"])
NEXT_KEY_RECORD = json.loads(os.environ["KEYHAVEN_NEXT_KEY_RECORD"])
OUTBOX = pathlib.Path(os.environ["KEYHAVEN_OUTBOX"])
OBJECT = os.environ["KEYHAVEN_OBJECT"]
PERSONA = os.environ["KEYHAVEN_PERSONA"]
ANSWERS = os.environ["KEYHAVEN_ANSWERS"]
KDF = {"memory_kib": 65536, "passes": 3, "lanes": 1}


# What was given to requests of the run. One that carries another is made to see whether that is refused.
GIVEN = set()


def session(of=EMAIL):
    body = {"email": of, "auth_key": AUTH_KEY}
    answer = requests.post(f"{BASE}/persona/v1/sessions", json=body, timeout=30)
    answer.raise_for_status()
    return {"Authorization": f"Bearer {answer.json()['token']}"}


@schemathesis.auth(refresh_interval=None).apply_to(path_regex="^/persona/v1/")
class Session:
    def get(self, case, context):
        given = session()
        GIVEN.add(given["Authorization"])
        return given

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


def letter_code(to, pattern):
    """The code behind this in a letter to this address, as soon as there is one."""
    for _ in range(600):
        for file in OUTBOX.glob("*.eml"):
            letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            found = re.search(pattern + "([A-Za-z0-9_-]+)", letter.get_body(("plain",)).get_content())
            if letter["to"].addresses[0].addr_spec == to and found:
                return found[1]
        time.sleep(0.05)
    raise TimeoutError(f"no letter to {to}")


def ask(method, path, body, **headers):
    answer = requests.request(method, f"{BASE}{path}", json=body, headers=headers, timeout=30)
    answer.raise_for_status()
    return answer


def unconfirmed_account():
    """The address of a fresh account that has yet to be confirmed."""
    to = f"new{next(NAMES)}@example.org"
    ask("POST", "/persona/v1/accounts", {"email": to, "account_id": fresh(16), "auth_key": AUTH_KEY, "kdf": KDF})
    return to


def account_with_backup():
    """The address of a fresh account with a key record, and a session of it."""
    to = unconfirmed_account()
    ask("POST", "/persona/v1/confirm", {"code": letter_code(to, "/confirm#code=")})
    signed_in = session(to)
    ask("PUT", "/persona/v1/keys", FIRST_KEY_RECORD, **signed_in, **{"If-None-Match": "*"})
    return to, signed_in


def new_password():
    return {"new_auth_key": fresh(32), "kdf": KDF, "keys": NEXT_KEY_RECORD}


def with_headers(case, headers):
    replaced = {name.lower() for name in headers} | {"if-none-match"}
    kept = {name: value for name, value in (case.headers or {}).items() if name.lower() not in replaced}
    case.headers = {**kept, **headers}


def confirm(case):
    case.body = {"code": letter_code(unconfirmed_account(), "/confirm#code=")}


def reset(case):
    to, _ = account_with_backup()
    ask("PUT", "/password/reset", {"email": to})
    code = letter_code(to, "&reset_code=")
    case.body = {"email": to, "reset_code": code, "password": fresh(32)}


def changed_password():
    to, signed_in = account_with_backup()
    body = {"current_auth_key": AUTH_KEY, **new_password()}
    ask("POST", "/persona/v1/password", body, **signed_in, **{"If-Match": '"1"'})
    return to


def freeze(case):
    case.body = {"code": letter_code(changed_password(), "/freeze#code=")}


def undo(case):
    case.body = {"email": changed_password(), "auth_key": AUTH_KEY}


def change_password(case):
    _, signed_in = account_with_backup()
    with_headers(case, {**signed_in, "If-Match": '"1"'})
    case.body = {"current_auth_key": AUTH_KEY, **new_password()}


def change_address(case):
    change_password(case)
    case.body["new_email"] = f"new{next(NAMES)}@example.org"


def recover(case):
    to, _ = account_with_backup()
    with_headers(case, {"If-Match": '"1"'})
    case.body = {"email": to, "recovery_auth": RECOVERY_AUTH, **new_password()}


def delete_account(case):
    _, signed_in = account_with_backup()
    with_headers(case, signed_in)
    case.body = {"current_auth_key": AUTH_KEY, "recovery_auth": None}


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


# What takes a fresh account, and how often it is made right: each costs slow hashes and a letter.
WITH_ACCOUNT = {
    "POST /password/reset": reset,
    "POST /persona/v1/confirm": confirm,
    "POST /persona/v1/freeze": freeze,
    "POST /persona/v1/password": change_password,
    "PUT /persona/v1/address": change_address,
    "POST /persona/v1/recover": recover,
    "POST /persona/v1/undo": undo,
    "POST /persona/v1/account/delete": delete_account,
}
WITH_ACCOUNT_MAX = 2
# By what the document calls them: what makes a request right that fits the schema.
RIGHT = {
    **WITH_ACCOUNT,
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
    given = next((value for name, value in (case.headers or {}).items() if name.lower() == "authorization"), None)
    if label in WITH_ACCOUNT and given is not None and given not in GIVEN:
        return
    with LOCK:
        ASKED[label] += 1
        turn = ASKED[label] % 2 == 1 and (label not in WITH_ACCOUNT or ASKED[label] < 2 * WITH_ACCOUNT_MAX)
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
