"""Results of probes as JUnit XML, which CI systems show as tests. Jenkins' schema is the common ground of its readers.

https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
"""

from collections.abc import Sequence
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import repr_of
from nexcred.model.text import make_visible
from nexcred.services.proving.probe_many import Probed

SUITE = "nexcred probe"


class VaultTests(NamedTuple):
    """What was probed in a vault, "" for the only one. `left_out` were not, each with the reason."""

    vault: str
    probed: Sequence[Probed]
    left_out: Sequence[tuple[Credential, str]]

    def __repr__(self) -> str:
        return repr_of(self, "vault")


def junit_document(vaults: Sequence[VaultTests], *, began: datetime, took_s: float) -> bytes:
    """Return one test case for each credential: a failure when it was refused, an error when nothing was proved.

    What was left out counts as skipped. Unsafe characters are made visible, since XML 1.0 cannot hold all of them.
    """
    suite = Element("testsuite", name=SUITE)
    for vault, probed, left_out in vaults:
        for one in probed:
            _add(suite, vault, one)
        for credential, why in left_out:
            _part(_case(suite, vault, credential), "skipped", message=why)
    suite.set("tests", str(len(suite)))
    for attribute, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(len(suite.findall(f"testcase/{kind}"))))
    suite.set("time", f"{took_s:.3f}")
    suite.set("timestamp", began.strftime("%Y-%m-%dT%H:%M:%S"))
    suites = Element("testsuites")
    suites.append(suite)
    indent(suites)
    document: bytes = tostring(suites, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _add(suite: Element, vault: str, probed: Probed) -> None:
    result = probed.result
    time = "0.000" if probed.cached else f"{result.elapsed_ms / 1000:.3f}"
    case = _case(suite, vault, probed.credential, time=time)
    if result.status is ProbeStatus.ACCEPTED:
        return
    message = result.status.value + (f": {result.detail}" if result.detail else "")
    kind = "failure" if result.status.is_refusal else "error"
    _part(case, kind, type=result.status.value, message=message)


def _case(suite: Element, vault: str, credential: Credential, time: str = "0.000") -> Element:
    kind = ".".join(filter(None, (SUITE, vault, credential.connector)))
    return _part(suite, "testcase", classname=kind, name=credential.name, time=time)


def _part(parent: Element, tag: str, **attributes: str) -> Element:
    return SubElement(parent, tag, {name: make_visible(text) for name, text in attributes.items()})
