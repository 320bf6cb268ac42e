"""Asking, with a new login, for what nothing else says of it: which account, which site, which base URL."""

from collections.abc import Generator
from datetime import datetime

from msgspec import Struct

from nexcred.auth.answer import ParsedResponse, verdict_by_status, verdict_of
from nexcred.auth.flow import Grant, Refused, Request, Response, Verdict
from nexcred.auth.pick import pick_texts
from nexcred.auth.request import RequestSpec, with_grant
from nexcred.model.probe import ProbeStatus
from nexcred.model.template import TemplateError, TextValues


class LookUp(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`set` finds in the answer, by JMESPath, the values of fields."""

    request: RequestSpec
    set: dict[str, str]

    def add_to(self, grant: Grant, values: TextValues, now: datetime) -> Generator[Request, Response, Grant]:
        """Return the grant with what is found; nobody is asked where all of it was given. Raises Refused."""
        if self.set.keys() <= values.keys():
            return grant
        try:
            request = self.request.build({**values, **grant.found})
        except TemplateError as error:
            detail = f"what the login brought cannot be sent: {error.name} {error.problem}"
            raise Refused(Verdict(ProbeStatus.INCONCLUSIVE, detail=detail)) from None
        answer = ParsedResponse.read((yield with_grant(request, grant)))
        if not answer.is_success:
            verdict = verdict_by_status(answer, now)
            detail = f"logged in, but not told {', '.join(self.set)}: {verdict.detail}"
            raise Refused(verdict_of(answer, ProbeStatus.INCONCLUSIVE, detail, now))
        looked_up = pick_texts(self.set, answer.document)
        found = {**grant.found, **{name: text for name, text in looked_up.items() if name not in values}}
        return grant._replace(found=found, session={**(grant.session or {}), "found": found})
