"""The SigV4 scheme: every request is signed, by the user's access key or by that of a role which it assumes."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import ClassVar

from msgspec import Struct

from nexcred.auth.assumed_role import Role, read_role_keys
from nexcred.auth.flow import AuthFlow, Grant, Request, Session
from nexcred.auth.request import RequestSpec
from nexcred.auth.sigv4_signature import Keys, Scope, sign
from nexcred.model.template import Placeholder, TemplateContext, TextValues, render, render_optional


class SigV4(Struct, frozen=True, forbid_unknown_fields=True, tag_field="scheme", tag="sigv4", kw_only=True):
    """All texts are templates. `service` is what requests are signed for, other services have addresses of their own.

    With a `role` whose ARN has a value, the role's keys are asked for first, and sign from then on.
    """

    lives_in_session: ClassVar[bool] = False

    access_key_id: str
    secret_key: str
    region: str
    service: str
    session_token: str = ""
    services: dict[str, str] = {}
    role: Role | None = None

    def places(self, at: str, /) -> Iterator[Placeholder]:
        for name in ("access_key_id", "session_token", "region", "service"):
            yield Placeholder(f"{at}.{name}", getattr(self, name), TemplateContext.HEADER)
        yield Placeholder(f"{at}.secret_key", self.secret_key, TemplateContext.TEXT)
        for name, url in self.services.items():
            for place in RequestSpec(url=url).places(at):
                yield place._replace(path=f"{at}.services.{name}")
        if self.role:
            yield from self.role.places(f"{at}.role")

    def requests(self) -> tuple[RequestSpec, ...]:
        return (self.role.request,) if self.role else ()

    def expressions(self, _at: str, /) -> Iterator[tuple[str, str]]:
        yield from ()

    def flow(self, values: TextValues, now: datetime, session: Session | None = None, /) -> AuthFlow:
        """Sign with the given keys, or with the kept or newly granted ones of the role; raise Refused."""
        keys = Keys(
            render(self.access_key_id, values, TemplateContext.HEADER),
            render(self.secret_key, values, TemplateContext.TEXT),
            render_optional(self.session_token, values, TemplateContext.HEADER) or "",
        )
        region = render(self.region, values, TemplateContext.HEADER)
        service = render(self.service, values, TemplateContext.HEADER)
        services = {RequestSpec(url=url).build(values).url: name for name, url in self.services.items()}
        role_arn = self.role.arn_in(values) if self.role else None
        if self.role is None or role_arn is None:
            return Grant(finish=_signer(keys, region, service, services, now), signed_at=now)
        kept = read_role_keys(session, role_arn, now)
        granted = kept or (yield from self.role.assume(values, role_arn, keys, region, now))
        return Grant(
            finish=_signer(granted.keys, region, service, services, now),
            expires_at=granted.expires_at,
            session=None if kept else granted.session,
            signed_at=now,
        )


def _signer(
    keys: Keys, region: str, service: str, services: Mapping[str, str], now: datetime
) -> Callable[[Request], Request]:
    return partial(_sign, keys=keys, region=region, service=service, services=services, now=now)


def _sign(
    request: Request, keys: Keys, region: str, service: str, services: Mapping[str, str], now: datetime
) -> Request:
    """Sign for the service whose address the request has."""
    found = next((name for url, name in services.items() if request.url.startswith(url)), service)
    return sign(request, keys, Scope(region, found), now)
