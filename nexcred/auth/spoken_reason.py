"""What the usual words in a provider's sentence say, where no code says it.

They only ever make a verdict more careful, or tell an end from another refusal: no good key is called bad by a word.
"""

import re


def _any(*patterns: str) -> str:
    return "|".join(patterns)


def _says(pattern: str, sentence: str) -> bool:
    """Compile when it is first needed: few answers are refusals."""
    return re.search(pattern, sentence[:_LOOKED_AT].replace("_", " "), re.IGNORECASE) is not None


# Longer sentences say it at their beginning, and patterns may take the square of the length.
_LOOKED_AT = 500
_SENTENCE_END = r"[.;!]\s"
_EXPIRED = _any(r"\bexpired\b", r"\bexpiredtoken\b")
# "Invalid or expired" leaves open which; and what else may end is not the credential.
_NOT_SURE = _any(
    r"\b(?:or|invalid|incorrect|wrong|malformed|revoked|not yet valid|unless|if|not expired)\b|[a-z]/[a-z]",
    r"\b(?:subscription|trial|plan|licen[cs]e|account|domain|certificate)\b",
)
_SLOW_DOWN = _any(
    r"\brate[ -]?limit(?:s|ed|ing)?\b",
    r"ratelimit",
    r"\btoo many (?:\w+ ){0,3}?(?:requests|attempts|logins|failures|calls)\b",
    r"\bthrottl(?:ed|ing)\b",
    r"\bslow down\b",
    r"\b(?:request|api call|call|usage)s? (?:limit|quota)\b",
    r"\b(?:quota|limit) ?exceeded\b",
    r"\b(?:daily|hourly|minute) limit\b",
    r"\b(?:exceeded|over)\b[^.]{0,40}\b(?:limit|quota)\b",
)
_KEY = r"(?:key|token|authori[sz]ation|authentication|auth|credentials?|header|jwt|password|parameter)"
_CAME = r"(?:provided|supplied|given|present|sent|specified)"
# The key never arrived where it is looked for; "missing or invalid" leaves open which.
_NONE_GIVEN = _any(
    r"\b(?:did|do|have)(?: not|n['’]t) (?:provide|send|include|supply|specify)d?\b",
    rf"\b(?:not|wasn['’]t|weren['’]t) (?:been )?{_CAME}\b",
    rf"\b(?:missing|without) (?:an? |the |your |any |valid |required )*(?:[\w-]+[ -]){{0,2}}{_KEY}\b",
    r"\bno (?:valid )?(?:api[ -]?key|auth\w*|credentials?|(?:\w+ )?token|\w+ header)\b"
    rf"[^.]{{0,40}}\b(?:found|in request|{_CAME})\b",
    rf"\b{_KEY}(?: \w+){{0,2}}?(?: (?:is|are|was|were))? (?:missing|absent|empty|not found in)\b",
    r"\bfailed to resolve api ?key\b",
    r"\b(?:header|api[ -]?key|access token|bearer token) is required\b",
)
_NOBODY = _any(
    r"\bcallers without established identity\b",
    r"\bsystem:anonymous\b",
    r"\banonymous (?:caller|user|access|request)s?\b",
)
_NOT_ABSENT = _any(
    r"\b(?:invalid|incorrect|wrong|expired|malformed|unknown|bad)\b", r"\b(?:scope|permission|role|privilege|claim)s?\b"
)
_BAD = r"(?:invalid|incorrect|wrong|bad|unknown|malformed|unrecogni[sz]ed)"
_SECRETS = r"(?:(?:api)?key|token|credentials?|signature|password|login|secret)s?"
_INVALID = _any(
    rf"\b{_BAD}\b(?: [\w-]+){{0,3}}? (?:[\w-]+-)?{_SECRETS}\b",
    rf"\b{_SECRETS}\b(?: \w+){{0,4}}? (?:is|are|was|were) (?:{_BAD}|not valid|not recogni[sz]ed|not a valid)\b",
    r"\bauthentication (?:failed|failure|required|error)\b",
    r"\bunauthenticated\b",
    r"\bnot authenticated\b",
    r"\bcould not authenticate\b",
    r"\blogin (?:failed|required)\b",
)
_NOT_FROM_HERE = _any(
    r"\bip(?:[ -]address(?:es)?)?\b[^.]{0,60}\b(?:not|isn['’]t|blocked|denied|restricted|allow[ -]?list|whitelist)\b",
    r"\b(?:invalid|unauthori[sz]ed|untrusted|blocked) (?:client |source )?ip\b",
)


def says_expired(sentence: str) -> bool:
    """True where the sentence says that what was sent has ended, and nothing else may be meant."""
    told = (part for part in re.split(_SENTENCE_END, sentence) if _says(_EXPIRED, part))
    return any(not _says(_NOT_SURE, part) for part in told)


def says_slow_down(sentence: str) -> bool:
    """True where the sentence says that too much was asked."""
    return _says(_SLOW_DOWN, sentence)


def says_none_given(sentence: str) -> bool:
    """True where the sentence says that no credential came at all, so that none was looked at."""
    if _says(_NOBODY, sentence):
        return True
    return _says(_NONE_GIVEN, sentence) and not _says(_NOT_ABSENT, sentence)


def says_invalid(sentence: str) -> bool:
    """True where the sentence says that the credential itself is not taken, or nobody was recognised by it."""
    return _says(_INVALID, sentence)


def says_not_from_here(sentence: str) -> bool:
    """True where the sentence says that the address is at fault from which was asked."""
    return _says(_NOT_FROM_HERE, sentence)
