"""What the numbers of Microsoft Entra's token endpoint prove, where its code of RFC 6749 says something else.

Source: "Microsoft Entra authentication and authorization error codes". It answers `invalid_grant` to a password that is
right and needs a second factor too, and `unauthorized_client` where a directory does not know the application.
"""

import re

from nexcred.model.probe import ProbeStatus

_NUMBER = re.compile(r"AADSTS(\d{4,8})\b")
_PROVES = {
    # A second factor, a managed device, terms of use, a place: what comes after the credential was found right.
    **dict.fromkeys(("50072", "50074", "50076", "50079", "50158", "53000", "53001", "53003"), ProbeStatus.FORBIDDEN),
    "65001": ProbeStatus.FORBIDDEN,
    **dict.fromkeys(("50055", "700082", "700084", "7000222"), ProbeStatus.EXPIRED),
    # Locked after too many attempts; of another directory.
    **dict.fromkeys(("50053", "700016", "90002"), ProbeStatus.INCONCLUSIVE),
}


def status_by_number(sentence: str) -> ProbeStatus | None:
    """Return what the number in the sentence proves; None without one that is known here."""
    found = _NUMBER.match(sentence)
    return _PROVES.get(found[1]) if found else None
