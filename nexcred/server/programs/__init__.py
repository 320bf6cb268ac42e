"""What programs, clusters and AWS's SDKs ask the service for: values, fresh tokens, keys."""

from nexcred.server.endpoint import Endpoint
from nexcred.server.programs.aws import container_credentials
from nexcred.server.programs.listing import list_credentials
from nexcred.server.programs.token import fresh_access_token
from nexcred.server.programs.values import read_all, read_field
from nexcred.wire.credential import CredentialShape
from nexcred.wire.served import AwsKeysShape, ServedTokenShape, ValueShape, ValuesShape


def endpoints() -> list[Endpoint]:
    """Return them; a path that is said in full comes before one that takes anything there."""
    return [
        Endpoint(
            "GET",
            "/v1/credentials",
            "the credentials that this token may list",
            list_credentials,
            {200: list[CredentialShape]},
        ),
        Endpoint("GET", "/v1/credentials/{name}", "all values of a credential", read_all, {200: ValuesShape}),
        Endpoint(
            "GET",
            "/v1/credentials/{name}/token",
            "a fresh access token, or the field of that name where this token may read alone",
            fresh_access_token,
            {200: ServedTokenShape},
            is_slow=True,
        ),
        Endpoint("GET", "/v1/credentials/{name}/{field}", "one value of a credential", read_field, {200: ValueShape}),
        Endpoint(
            "GET",
            "/aws/{name}",
            "keys, as AWS's SDKs ask a container's service for them",
            container_credentials,
            {200: AwsKeysShape},
            is_slow=True,
            scheme="raw",
        ),
    ]
