"""Each connector says how it is known, and no higher than its own sources carry."""

from datetime import date

from nexcred.connectors.hosts import declared_hosts
from nexcred.connectors.language.evidence import Evidence, Page
from nexcred.connectors.language.spec import Connector
from nexcred.connectors.load.loader import load_all
from nexcred.connectors.load.names import CATALOGUE, Folders
from nexcred.model.host_domain import domain_of
from nexcred.model.times import utc_now
from tests.catalog.table import Conversation, conversations
from tests.catalog.url_parts import host_of
from tests.support.each import for_each

CONNECTORS = load_all(Folders(CATALOGUE))
# Collections that take their facts from each other count as one. By the beginning of `owner/repository`, whose forks
# hold the same.
FAMILIES = {
    "kingfisher": ("mongodb/kingfisher", "bhardwajRahul/kingfisher", "praetorian-inc/titus"),
    "trufflehog": ("trufflesecurity/trufflehog",),
    "betterleaks": ("betterleaks/betterleaks", "gitleaks/gitleaks"),
    "nuclei": ("projectdiscovery/nuclei-templates", "runZeroInc/nuclei-templates"),
    "airbyte": ("airbytehq/", "sendinblue/airbyte"),
    "nango": ("NangoHQ/", "https://nango.dev/"),
    "n8n": ("n8n-io/n8n", "npm:n8n-nodes-base"),
    "activepieces": ("activepieces/", "octree-gva/activepieces"),
    "automatisch": ("automatisch/",),
    "pipedream": ("PipedreamHQ/", "js07/pipedream", "https://pipedream.com/"),
    "keyhacks": ("streaak/keyhacks",),
    "scalibr": ("google/osv-scalibr",),
    "litellm": ("BerriAI/litellm", "Portkey-AI/gateway"),
}
REPOSITORIES = ("https://github.com/", "https://raw.githubusercontent.com/")
# Where nobody answers for what stands there, or others' pages are translated or mirrored.
REFUSED = {"pastebin.com", "volcengine.com", "glama.ai"}


def families(evidence: Evidence, own_domains: set[str]) -> set[str]:
    """Return who says it: the provider by any of its pages, each collection once, any other by its owner."""
    return {_family(source, own_domains) for source in evidence.sources}


def _family(source: Page | str, own_domains: set[str]) -> str:
    said = _text(source)
    for start in REPOSITORIES:
        said = said.removeprefix(start)
    if host := host_of(said):
        domain = domain_of(host)
        if domain in own_domains:
            return "the provider"
    known = (family for family, starts in FAMILIES.items() if said.startswith(starts))
    return next(known, domain_of(host) or said.partition("/")[0])


def _text(source: Page | str) -> str:
    return source.url if isinstance(source, Page) else source


def domains_of(connector: Connector) -> set[str]:
    """Return the provider's own domains: of its pages, and of where its keys go."""
    hosts = {host_of(connector.docs_url)}
    for method in connector.methods:
        hosts |= {host.removeprefix("*.") for host in declared_hosts(method)}
    return {domain_of(host) for host in hosts} - {""}


@for_each(CONNECTORS)
def test_it_says_what_it_is_for_and_how_it_is_known(connector: Connector) -> None:
    assert connector.category
    assert connector.evidence
    days = [source.read for source in connector.evidence.sources if isinstance(source, Page)]
    assert all(date(2026, 1, 1) <= day <= utc_now().date() for day in days)


@for_each(CONNECTORS)
def test_its_sources_are_named_once_and_somebody_answers_for_each(connector: Connector) -> None:
    assert connector.evidence
    sources = [(_text(one), one.heading if isinstance(one, Page) else "") for one in connector.evidence.sources]
    assert len(sources) == len(set(sources))
    told = {answer.source for one in conversations() if one.connector == connector.name for answer in one.answers}
    assert not {source for source in {*told, *dict(sources)} if domain_of(host_of(source)) in REFUSED}


@for_each(CONNECTORS)
def test_its_level_is_not_higher_than_its_sources_carry(connector: Connector) -> None:
    evidence, own = connector.evidence, domains_of(connector)
    assert evidence
    said_by = families(evidence, own)
    if evidence.level == "documented":
        assert any(isinstance(one, Page) and domain_of(host_of(one.url)) in own for one in evidence.sources)
        told = [one for one in conversations() if one.connector == connector.name]
        lacking = [one.method for one in told if not _is_documented(one, own)]
        assert lacking == [], "call and refusal of these methods stand on no page of its own"
    elif evidence.level == "agreed":
        assert len(said_by) >= 2, said_by


def _is_documented(one: Conversation, own: set[str]) -> bool:
    """True where pages of the provider tell both the yes and the no."""
    told = [one.of_kind("good"), one.of_kind("bad")]
    return all(answer and domain_of(host_of(answer.source)) in own for answer in told)
