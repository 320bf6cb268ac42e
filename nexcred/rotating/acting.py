"""Who acts on keys at a provider: a credential as an engine logs in with it, and what every engine is made of."""

from collections.abc import Callable, Mapping
from datetime import datetime

from nexcred.auth.flow import Grant, Session
from nexcred.connectors.language.spec import Connector, Method
from nexcred.http.policy import HostPolicy
from nexcred.http.reach import Resolver
from nexcred.model.credential import Details
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.network.deadline import Deadline


class ActingLogin(NamedTuple):
    """A credential that authenticates. `policy` is where it may be sent, and nothing of it goes elsewhere.

    `authorize` grants out of its session where its method keeps one; `session` is that session, as it is kept.
    """

    method: Method
    details: Details
    policy: HostPolicy
    authorize: Callable[[Deadline], Grant] | None = None
    session: Session | None = None

    def __repr__(self) -> str:
        return repr_of(self)


class Acting(NamedTuple):
    """What an engine is made of: the credential whose key is replaced or ended, with its present values.

    `rotator` is the other credential that acts where this one may not; None where nobody was named. `environment`
    names proxies and CA bundles. `is_plain`: a database that takes no hash may be given the password itself.
    """

    connector: Connector
    own: ActingLogin
    rotator: ActingLogin | None
    environment: Mapping[str, str]
    resolver: Resolver
    clock: Callable[[], datetime]
    is_plain: bool = False

    def __repr__(self) -> str:
        return repr_of(self)
