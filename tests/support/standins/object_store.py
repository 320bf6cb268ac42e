"""A store that speaks S3 as far as addresses go: it looks at hosts, paths and regions. Signatures are for moto."""

import re

from tests.support.standins.exchange import Answer, Received
from tests.support.standins.server import StandIn

_SCOPE = re.compile(r"Credential=[^/]*/\d{8}/(?P<region>[^/]*)/s3/")
_XML = ("Content-Type", "application/xml")


class ObjectStore(StandIn):
    """Has one bucket in one region. `refuses_paths_with` is the code for one in the path, if it takes none there."""

    name = "s3"
    domain = "store.example"
    bucket = "events"
    region = "eu-central-1"
    refuses_paths_with = ""
    tells_region_in = "header"

    def answer(self, request: Received) -> Answer:
        in_host = request.headers["host"].removesuffix(f".{self.domain}")
        bucket, _, key = (f"{in_host}{request.path}" if in_host == self.bucket else request.path[1:]).partition("/")
        if bucket != self.bucket:
            return _error("NoSuchBucket", 404)
        if self.refuses_paths_with and in_host != self.bucket:
            return _error(self.refuses_paths_with, 403)
        signed = _SCOPE.search(request.headers.get("authorization", ""))
        if not signed or signed["region"] != self.region:
            return self._elsewhere()
        if key:
            return Answer(200, f"{key} of {bucket}".encode(), (("Content-Type", "text/plain"),))
        return Answer(200, b"<ListBucketResult><Name>events</Name></ListBucketResult>", (_XML,))

    def _elsewhere(self) -> Answer:
        if self.tells_region_in == "header":
            return _error("PermanentRedirect", 301, headers=(("x-amz-bucket-region", self.region),))
        return _error("AuthorizationHeaderMalformed", 400, f"<Region>{self.region}</Region>")


def _error(code: str, status: int, more: str = "", headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    body = f"<Error><Code>{code}</Code><Message>{code} EXAMPLE</Message>{more}</Error>"
    return Answer(status, body.encode(), (_XML, *headers))
