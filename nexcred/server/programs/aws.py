"""Keys as AWS's SDKs ask a container's service for them ("Container credential provider", AWS SDKs guide).

An SDK asks anew when the end comes near: from 15 minutes before it on. Keys that would end sooner it would ask for with
every request.
"""

import re
from datetime import timedelta

from nexcred.auth.assumed_role import RoleKeys
from nexcred.connectors.load.fast_reader import QuickMethod
from nexcred.model.credential import Credential, Details
from nexcred.model.times import utc_now
from nexcred.server.call import Call, Reply, json_reply
from nexcred.server.programs.missing import only_names_are_missing
from nexcred.server.programs.named import named_credential
from nexcred.services.access import Access
from nexcred.services.grants.role_keys import role_keys
from nexcred.services.helpers.aws_keys import aws_keys, aws_time
from nexcred.services.timeouts import DEFAULT_TIMEOUT_S
from nexcred.services.values.kept_details import quick_details
from nexcred.wire.served import AwsKeysShape

_ACCOUNT = re.compile(r"arn:[^:]*:iam::([0-9]{12}):")
_LEAST = timedelta(minutes=20)
# After that an SDK asks whether plain keys are still those: they may have been rotated.
_OF_PLAIN_KEYS = timedelta(hours=1)


@only_names_are_missing
def container_credentials(call: Call) -> Reply:
    """Answer the keys of the credential, which takes the right to read it, or those of its role: to get tokens."""
    access = call.access
    credential = named_credential(call, "read", "token")
    method, details = access.read(lambda vault: quick_details(vault, credential))
    call.principal.require("token" if "role_arn" in details.fields else "read", credential)
    keys = aws_keys(credential, details.fields, lambda: _of_role(access, credential, method, details))
    call.note("serve token" if keys.role_arn else "serve read", [credential])
    shape: AwsKeysShape = {
        "AccessKeyId": keys.access_key_id,
        "SecretAccessKey": keys.secret_key,
        "Token": keys.session_token,  # without it boto3 refuses the answer
        "Expiration": aws_time(keys.expires_at or utc_now() + _OF_PLAIN_KEYS),
    }
    if account := _ACCOUNT.match(keys.role_arn):
        shape["AccountId"] = account[1]
    return json_reply(shape)


def _of_role(access: Access, credential: Credential, method: QuickMethod, details: Details) -> RoleKeys:
    return role_keys(credential, method, details, access.sessions, timeout_s=DEFAULT_TIMEOUT_S, at_least=_LEAST)
