"""Hide what differs from run to run, and nothing else."""

import re
from collections.abc import Mapping

_MASKS = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"), "TIME"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC"), "MINUTE"),
    (re.compile(r"just now|\d+ (?:s|min) ago"), "AGO"),
    (re.compile(r"\bin \d+ min\b"), "SOON"),
    (re.compile(r"\b(?:\d+ ms|\d\.\d s)(?=$| )"), "MS"),
    (re.compile(r"(?<=not before )\d+ s"), "SECONDS"),
    (re.compile(r"NEXCRED-(ID-2|SECRET-2|CHECK-1|JOIN-1)[A-Z2-7]+"), r"NEXCRED-\1…"),
    (re.compile(r"\b[0-9a-f]{32}\b|(?<=\(record )[0-9a-f]{16}\b"), "HEX"),
    (re.compile(r"\b(?:[0-9a-f]{4} ){7}[0-9a-f]{4}\b"), "PRINT"),
    (re.compile(r"(?<=\.replaced-)\d{8}T\d{6}Z(-\d+)?"), "STAMP"),
    (re.compile(r"(?<=\.version-1-)\d{8}T\d{6}Z(-\d+)?"), "STAMP"),
    (re.compile(r"\b(state|code_challenge)=[\w-]{43}"), r"\1=RANDOM"),
    (re.compile(r"(?<=127\.0\.0\.1%3A)\d{4,5}"), "PORT"),
    (re.compile(r'"elapsed_ms": \d+'), '"elapsed_ms": MS'),
    (re.compile(r"\b\d+ MiB, \d+ passes\b"), "N MiB, N passes"),
    # Columns are as wide as what stands in them.
    (re.compile(r"(?<=\S) {2,}"), "  "),
)


def mask(line: str, variables: Mapping[str, str]) -> str:
    """Return the line as a transcript holds it; `variables` are put back as {NAME}."""
    for name, value in variables.items():
        line = line.replace(value, "{" + name + "}")
    for pattern, replacement in _MASKS:
        line = pattern.sub(replacement, line)
    return line.rstrip()
