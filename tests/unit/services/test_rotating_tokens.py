"""A refresh token that a user gave, at a server that takes each one once: each renewal goes on where the last ended."""

from tests.support.opened import Opened
from tests.support.rotating_tokens import add_rotating, issuer, renewals
from tests.support.standins.issuer import Issuer

__all__ = ["issuer"]


def test_each_use_takes_the_newest_one_and_keeps_the_next(issuer: Issuer, opened: Opened) -> None:
    issuer.ttl_s = 1  # never good for a second use
    add_rotating(opened, issuer)
    assert opened("probe", "it").code == 0
    printed = opened("token", "it")
    assert (printed.code, printed.out[:7]) == (0, "access-"), printed.err
    sent = renewals(issuer)
    assert len(sent) == len(set(sent)) == 3
    assert opened("get", "it/refresh_token").out == sent[0]
