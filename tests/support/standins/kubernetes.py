"""A cluster's API server: namespaces and a review of oneself, for a bearer token."""

import json

from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.server import StandIn

_REVIEW = ("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews")


class Kubernetes(StandIn):
    """Knows one service account; `fenced` may review nothing. With `lets_anyone_in` a bad token is nobody's."""

    name = "kubernetes"
    fields = ("access_token",)
    access_token = "kubernetes-token-EXAMPLE"
    fenced = "kubernetes-token-EXAMPLE-fenced"
    identity = "system:serviceaccount:data:loader"
    lets_anyone_in = False

    def answer(self, request: Received) -> Answer:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token == self.fenced:
            return _status(403, "Forbidden", 'selfsubjectreviews is forbidden: User "loader" cannot create resource')
        if token != self.access_token and not self.lets_anyone_in:
            return _status(401, "Unauthorized", "Unauthorized")
        user = self.identity if token == self.access_token else "system:anonymous"
        if (request.method, request.path) == _REVIEW:
            return self._review(request, user)
        if (request.method, request.path) == ("GET", "/api/v1/namespaces"):
            return json_answer({"kind": "NamespaceList", "apiVersion": "v1", "items": []})
        return _status(404, "NotFound", "the server could not find the requested resource")

    def _review(self, request: Received, user: str) -> Answer:
        review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
        if json.loads(request.body) != review:
            return _status(400, "BadRequest", "no SelfSubjectReview")
        return json_answer({**review, "status": {"userInfo": {"username": user}}}, 201)


def _status(code: int, reason: str, message: str) -> Answer:
    status = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "reason": reason}
    return json_answer({**status, "code": code}, code)
