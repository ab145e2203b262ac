"""What schemathesis needs to know beside the document: how to prove who asks, and how to write our media types.

A session is opened for each request, since a request of the run may end the one before it. The password was right a
moment ago, so that this costs no slow hash.
"""

import os

import requests
import schemathesis

BASE = os.environ["KEYHAVEN_BASE"]
EMAIL = os.environ["KEYHAVEN_EMAIL"]
AUTH_KEY = os.environ["KEYHAVEN_AUTH_KEY"]


@schemathesis.auth(refresh_interval=None).apply_to(path_regex="^/persona/v1/")
class Session:
    def get(self, case, context):
        body = {"email": EMAIL, "auth_key": AUTH_KEY}
        answer = requests.post(f"{BASE}/persona/v1/sessions", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()["token"]

    def set(self, case, data, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"


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
