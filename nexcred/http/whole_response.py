"""An answer of http.client that has all its headers, or raises."""

import http.client
from io import BytesIO

from nexcred.http.head import read_head


class WholeResponse(http.client.HTTPResponse):
    """http.client takes the first line that is no header for the end of them all, and says so nowhere.

    So it is given those alone that it frames the body by, which were read and checked before.
    """

    def begin(self) -> None:
        if self.headers is not None:
            return
        body = self.fp
        head = read_head(body)
        self.fp = BytesIO(head.framing if head.line else b"")
        try:
            super().begin()
        finally:
            self.fp = body
        message = http.client.HTTPMessage()
        for name, value in head.fields:
            message[name] = value
        self.headers = self.msg = message
