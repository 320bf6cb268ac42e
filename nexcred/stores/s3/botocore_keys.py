"""Ask botocore for the login of a bucket, and print it as a credential_process does; nothing where it finds none.

A process of its own, started by the path of this file: botocore, and each program that it starts, looks at the
variables of its process, and those of nexcred open a vault. The arguments are where modules are found.
"""

import json
import os
import sys


def main() -> None:
    """Print what is found; end with 1 and one line on standard error where a way that is set up does not work."""
    sys.path[:] = sys.argv[1:]
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.session import Session

    try:
        found = Session(profile=os.environ.get("AWS_PROFILE") or None).get_credentials()
        keys = None if found is None else found.get_frozen_credentials()
    except (BotoCoreError, ClientError) as error:
        sys.exit(" ".join(str(error).split()))
    if keys is None:
        return
    ends_at = getattr(found, "_expiry_time", None)  # as `aws configure export-credentials` reads it
    told = {
        "Version": 1,
        "AccessKeyId": keys.access_key,
        "SecretAccessKey": keys.secret_key,
        "SessionToken": keys.token or "",
        **({"Expiration": ends_at.isoformat()} if ends_at else {}),
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
