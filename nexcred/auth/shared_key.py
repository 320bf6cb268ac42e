"""The scheme of Azure Storage: every request is signed by the key of an account."""

import binascii
from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime
from functools import partial

from nexcred.auth.flow import AuthFlow, Grant, Session
from nexcred.auth.static import NoAuth
from nexcred.model.template import Placeholder, TemplateContext, TemplateError, TextValues, render


class SharedKey(
    NoAuth, frozen=True, forbid_unknown_fields=True, tag_field="scheme", tag="azure_shared_key", kw_only=True
):
    """All texts are templates; the key is base64. `version` is that of the API which requests are for."""

    account: str
    account_key: str
    version: str = "2021-12-02"

    def places(self, at: str, /) -> Iterator[Placeholder]:
        yield Placeholder(f"{at}.account", self.account, TemplateContext.HEADER)
        yield Placeholder(f"{at}.account_key", self.account_key, TemplateContext.TEXT)
        yield Placeholder(f"{at}.version", self.version, TemplateContext.HEADER)

    def flow(self, values: TextValues, now: datetime, _session: Session | None = None, /) -> AuthFlow:
        """Raise TemplateError for a key that is not base64."""
        from nexcred.auth.shared_key_signature import sign  # as all that hashes, for whoever signs

        yield from ()
        try:
            key = b64decode(render(self.account_key, values, TemplateContext.TEXT), validate=True)
        except (binascii.Error, ValueError):
            raise TemplateError("the account's key", "is not base64") from None
        account = render(self.account, values, TemplateContext.HEADER)
        version = render(self.version, values, TemplateContext.HEADER)
        finish = partial(sign, account=account, key=key, version=version, now=now)
        return Grant(finish=finish, scheme="SharedKey", signed_at=now)
