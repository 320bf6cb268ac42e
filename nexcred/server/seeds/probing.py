"""Asking providers, as `probe/authenticate` of the page and `probe` of the SDK do."""

from nexcred.model.credential import Credential
from nexcred.model.probe import ProbeStatus
from nexcred.probing.outcome import sentence_for
from nexcred.server.call import Call, Reply, json_reply
from nexcred.server.failures import refusal
from nexcred.server.seeds.numbered import NumberedCredentials
from nexcred.services.proving.probe_one import probe_one
from nexcred.vault.vault import Vault
from nexcred.wire.data_credentials import AcceptedByProviderShape

# The SDK gives up after 10.
LONGEST_S = 8.0
# Never 401: the clients take that for a refusal of their own token.
_REFUSED, _UNPROVED, _NOT_THERE = 403, 424, 501
_NO = (ProbeStatus.REJECTED, ProbeStatus.EXPIRED, ProbeStatus.FORBIDDEN)


def probe(numbered: NumberedCredentials, timeout_s: float, call: Call) -> Reply:
    """Answer with what the provider says now, whether it is to be waited for or not (`async`)."""
    access = call.access
    credential = access.read(lambda vault: _allowed(numbered, call, vault))
    call.note("serve probe", [credential])
    probed = probe_one(access, credential, timeout_s=timeout_s, stays_outside=True)
    status, message = probed.result.status, sentence_for(probed.result, probed.connector.title)
    if status is ProbeStatus.ACCEPTED:
        accepted: AcceptedByProviderShape = {"status": "ok", "message": message, "output": {}}
        return json_reply(accepted)
    return refusal(_REFUSED if status in _NO else _UNPROVED, status.value, message)


def refuse_to_look_inside(numbered: NumberedCredentials, call: Call) -> Reply:
    """Answer `probe/tree` and `probe/sample`: what lies in a system is not nexcred's to show."""
    call.access.read(lambda vault: _allowed(numbered, call, vault))
    return refusal(_NOT_THERE, "not_implemented", "nexcred proves credentials, and does not look into what they open")


def _allowed(numbered: NumberedCredentials, call: Call, vault: Vault) -> Credential:
    return numbered.find(vault, call, "probe")
