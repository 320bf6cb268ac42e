"""IAM as AWS has it, before moto: an Inactive key signs nothing, and a new one nothing for its first requests."""

import threading

import requests

from tests.support.standins.exchange import Answer, Received
from tests.support.standins.server import StandIn

_UNKNOWN = "The security token included in the request is invalid."
_XML = (("Content-Type", "text/xml"),)


class IamFront(StandIn):
    """Passes on what moto answers. `refusals` is how many requests of each new key are refused.

    `late` is how many lists show a key as it was before it was made Inactive.
    """

    name = "iam"

    def __init__(self, moto: str, *, refusals: int = 0) -> None:
        super().__init__()
        self.refusals = refusals
        self.late = 0
        self.inactive: set[str] = set()
        self.actions: list[str] = []
        self._moto = moto
        self._left: dict[str, int] = {}
        self._lock = threading.Lock()

    def answer(self, request: Received) -> Answer:
        key_id = request.headers["authorization"].partition("Credential=")[2].partition("/")[0]
        action = request.form["Action"]
        with self._lock:
            self.actions.append(f"{action} by {key_id}")
            if key_id in self.inactive:
                return _refused("InvalidClientTokenId", _UNKNOWN)
            if self._left.get(key_id, 0) > 0:
                self._left[key_id] -= 1
                return _refused("InvalidClientTokenId", _UNKNOWN)
        headers = {name: value for name, value in request.headers.items() if name != "connection"}
        answer = requests.request(
            request.method, self._moto + request.target, data=request.body, headers=headers, timeout=30
        )
        content = answer.content
        if answer.ok:
            self._heed(action, request.form, answer.text)
        if action == "ListAccessKeys" and self.late and b"<Status>Inactive<" in content:
            self.late -= 1
            content = content.replace(b"<Status>Inactive<", b"<Status>Active<")
        return Answer(answer.status_code, content, _XML)

    def _heed(self, action: str, form: dict[str, str], said: str) -> None:
        if action == "CreateAccessKey":
            made = said.partition("<AccessKeyId>")[2].partition("<")[0]
            self._left[made] = self.refusals
        elif action == "UpdateAccessKey":
            change = self.inactive.discard if form["Status"] == "Active" else self.inactive.add
            change(form["AccessKeyId"])


def _refused(code: str, said: str) -> Answer:
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{said}</Message></Error>"
    return Answer(403, f"<ErrorResponse>{error}</ErrorResponse>".encode(), _XML)
