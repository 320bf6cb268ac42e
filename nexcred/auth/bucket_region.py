"""In which region a bucket is, as S3 tells whoever asked in another one."""

import re

from nexcred.auth.answer import ParsedResponse
from nexcred.auth.flow import Request, Response, Verdict
from nexcred.auth.pick import pick_text

# Compiled when they are first needed.
_REGION = r"[a-z0-9-]{1,32}"
_SIGNED_FOR = r"AWS4-HMAC-SHA256 Credential=[^/]*/[0-9]{8}/(?P<region>[^/]*)/"
# PermanentRedirect and TemporaryRedirect, and AuthorizationHeaderMalformed.
_STATUSES = (301, 307, 400)


def region_told(response: Response) -> str:
    """Return the region that an answer sends its asker to, "" where it names none."""
    if response.status not in _STATUSES:
        return ""
    in_body = pick_text("Error.Region", ParsedResponse.read(response).document)
    told = response.headers.get("x-amz-bucket-region", "") or in_body or ""
    return told if re.fullmatch(_REGION, told) else ""


def blame_region(verdict: Verdict, request: Request, response: Response) -> Verdict:
    """Return the verdict with the right region as its reason, where the request was signed for another one."""
    signed = re.match(_SIGNED_FOR, request.headers.get("Authorization", ""))
    told = region_told(response)
    if not signed or not told or told == signed["region"]:
        return verdict
    reason = f"the bucket is in {told}, not in {signed['region']}: correct it by --set region={told}"
    return verdict._replace(detail=reason)
