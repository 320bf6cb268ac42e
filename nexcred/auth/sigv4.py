"""The SigV4 scheme: every request is signed, by the user's access key or by that of a role which it assumes."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import ClassVar

from msgspec import Struct

from nexcred.auth.assumed_role import Role, read_role_keys
from nexcred.auth.bucket_host import STYLES, asks_for_bucket_in_host, with_bucket_in_host
from nexcred.auth.flow import AuthFlow, Grant, Request, Session
from nexcred.auth.request import RequestSpec
from nexcred.auth.sigv4_signature import ALGORITHM, Keys, Scope, sign
from nexcred.model.template import Placeholder, TemplateContext, TextValues, render, render_optional


class SigV4(Struct, frozen=True, forbid_unknown_fields=True, tag_field="scheme", tag="sigv4", kw_only=True):
    """All texts are templates. `service` is what requests are signed for, other services have addresses of their own.

    `buckets_at` is the address below which paths begin with a bucket's name. `bucket_style` is virtual for the name in
    the host, path for the path, and auto (or nothing) for the path unless an answer asks for the other.
    With a `role` whose ARN has a value, the role's keys are asked for first, and sign from then on.
    """

    lives_in_session: ClassVar[bool] = False

    access_key_id: str
    secret_key: str
    region: str
    service: str
    session_token: str = ""
    services: dict[str, str] = {}
    buckets_at: str = ""
    bucket_style: str = ""
    role: Role | None = None

    def places(self, at: str, /) -> Iterator[Placeholder]:
        for name in ("access_key_id", "session_token", "region", "service"):
            yield Placeholder(f"{at}.{name}", getattr(self, name), TemplateContext.HEADER)
        yield Placeholder(f"{at}.secret_key", self.secret_key, TemplateContext.TEXT)
        if self.buckets_at:
            yield Placeholder(f"{at}.bucket_style", self.bucket_style, TemplateContext.TEXT)
            for place in RequestSpec(url=self.buckets_at).places(at):
                yield place._replace(path=f"{at}.buckets_at")
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
        role_arn = self.role.arn_in(values) if self.role else None
        if self.role is None or role_arn is None:
            return self._granted(values, keys, region, now)
        kept = read_role_keys(session, role_arn, now)
        granted = kept or (yield from self.role.assume(values, role_arn, keys, region, now))
        grant = self._granted(values, granted.keys, region, now)
        return grant._replace(expires_at=granted.expires_at, session=None if kept else granted.session)

    def _granted(self, values: TextValues, keys: Keys, region: str, now: datetime) -> Grant:
        service = render(self.service, values, TemplateContext.HEADER)
        services = {RequestSpec(url=url).build(values).url: name for name, url in self.services.items()}
        finish = partial(_sign, keys=keys, region=region, service=service, services=services, now=now)
        style = (
            (render_optional(self.bucket_style, values, TemplateContext.TEXT) or STYLES[0]) if self.buckets_at else ""
        )
        in_path = Grant(finish=finish, scheme=ALGORITHM, signed_at=now)
        if style not in ("auto", "virtual"):
            return in_path
        endpoint = RequestSpec(url=self.buckets_at).build(values).url
        in_host = in_path._replace(finish=lambda request: finish(with_bucket_in_host(request, endpoint)))
        if style == "virtual":
            return in_host
        return in_path._replace(otherwise=in_host, asks_otherwise=asks_for_bucket_in_host)


def _sign(
    request: Request, keys: Keys, region: str, service: str, services: Mapping[str, str], now: datetime
) -> Request:
    """Sign for the service whose address the request has."""
    found = next((name for url, name in services.items() if request.url.startswith(url)), service)
    return sign(request, keys, Scope(region, found), now)
