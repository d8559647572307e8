"""One server of the sheet: its addresses, its plan, the ways in, its monitors."""

from contract.address import ADDRESS, is_loopback
from contract.command_terms import read_command_terms
from contract.consent import agreed, read_consent
from contract.key import HOST_KEY, SNMP_SECRET, SSH_KEY
from contract.monitor import read_monitors
from contract.naming import SERVER_ID
from contract.procedure import read_procedures
from contract.watched import Watched, address_of
from contract.web_server import with_own_web_server
from toban.catalogue.format import Format, half_width, matching, one_of, yes_or_no
from toban.catalogue.menu import PORT
from toban.catalogue.mistake import Refusal, quoted
from toban.catalogue.section import Section, note_repeated, section_of
from toban.domain.check import Agent
from toban.domain.contract import Access, Server
from toban.domain.plan import Capability, Plan, may

MOST_SERVERS = 300
MOST_ADDRESSES = 16
_PLAN = one_of((str(plan) for plan in Plan), "notify")
_USER = matching(
    r"[A-Za-z_][A-Za-z0-9_.-]{0,31}", "a user name", "Write the login name on the server.", "toban"
)


def _version(text: str) -> str:
    typed = half_width(text).lower().removeprefix("v")
    if typed not in ("2", "2c", "3"):
        raise Refusal(f"{quoted(text)} is not a version of SNMP.", 'Write "2c" or "3".')
    return "2c" if typed == "2" else typed


_CERTIFICATE = yes_or_no("yes")
_VERSION = Format(_version, "2c", "2c")


def read_servers(sheet: Section, customer_id: str, *, allow_loopback: bool) -> tuple[Server, ...]:
    """Return the servers in the order of the sheet."""
    nodes = sheet.nodes("servers", '"- id: web01" with its other lines below')
    if len(nodes) > MOST_SERVERS:
        problem = f"There are {len(nodes)} servers."
        sheet.note("servers", problem, f"Keep at most {MOST_SERVERS} in one sheet.")
    parts = [part for node in nodes if (part := section_of(node, sheet.notes, "a server"))]
    servers = [_server(part, customer_id, allow_loopback=allow_loopback) for part in parts]
    hosts = [
        (server.host, part.place_of("id")) for server, part in zip(servers, parts, strict=True)
    ]
    note_repeated(hosts, sheet.notes, "The server", "Give each server an id of its own.")
    return tuple(servers)


def _server(part: Section, customer_id: str, *, allow_loopback: bool) -> Server:
    server_id = f"{customer_id}.{part.required('id', SERVER_ID)}"
    part.name = f"the server {server_id.partition('.')[2]}".strip()
    addresses = _addresses(part, allow_loopback=allow_loopback)
    plan = Plan(part.required("plan", _PLAN))
    access = _access(part, addresses, plan, customer_id)
    agent = _agent(part, addresses, customer_id)
    terms = read_command_terms(part)
    monitors = read_monitors(part, Watched(server_id, addresses, agent, access, terms))
    consent = read_consent(part)
    agreed_to = agreed(with_own_web_server(monitors), consent)
    procedures, assigned = read_procedures(part, plan, terms, agreed_to)
    part.close()
    return Server(server_id, plan, addresses, assigned, access, agent, consent, procedures)


def _addresses(part: Section, *, allow_loopback: bool) -> tuple[str, ...]:
    found = part.listed("addresses", ADDRESS)
    for address, place in found:
        if is_loopback(address) and not allow_loopback:
            problem = f"{quoted(address)} is the monitoring system itself."
            part.notes.add(place, problem, "Write the address at which the server is reached.")
    if len(found) > MOST_ADDRESSES:
        part.note("addresses", "There are too many addresses.", f"Keep at most {MOST_ADDRESSES}.")
    note_repeated(found, part.notes, "The address", "Remove one of the two.")
    return tuple(address for address, _ in found if address)


def _access(
    server: Section, addresses: tuple[str, ...], plan: Plan, customer_id: str
) -> Access | None:
    part = server.section("access")
    if part is None:
        if not server.has("access") and may(plan, Capability.REPAIR):
            problem = f'The plan "{plan}" repairs over SSH, but {server.name} has no access.'
            mend = 'Add "access:" with user, key and host_keys, or choose the plan "notify".'
            server.note("plan", problem, mend)
        return None
    part.name = f"the access of {server.name}"
    access = Access(
        address=address_of(part, addresses),
        user=part.required("user", _USER),
        key=_key(part, customer_id),
        host_keys=tuple(key for key, _ in part.listed("host_keys", HOST_KEY) if key),
        port=part.optional("port", PORT, 22),
    )
    part.close()
    return access


def _key(part: Section, customer_id: str) -> str:
    """Return the name of the secret, "" where the server trusts certificates of ours instead."""
    if not part.optional("certificate", _CERTIFICATE, default=False):
        return _secret(part, "key", SSH_KEY, customer_id)
    if part.has("key"):
        problem = 'With "certificate: yes" there is no key.'
        part.note("key", problem, 'Remove the line "key", or the line "certificate".')
    return ""


def _agent(server: Section, addresses: tuple[str, ...], customer_id: str) -> Agent | None:
    part = server.section("agent")
    if part is None:
        return None
    part.name = f"the agent of {server.name}"
    agent = Agent(
        address=address_of(part, addresses),
        port=part.optional("port", PORT, 161),
        version=part.optional("version", _VERSION, "2c"),
        secret=_secret(part, "secret", SNMP_SECRET, customer_id),
    )
    part.close()
    return agent


def _secret(part: Section, key: str, form: Format[str], customer_id: str) -> str:
    """Return the name of a secret; a sheet reaches the secrets of its own customer only."""
    name = part.required(key, form)
    if name and customer_id and not name.startswith(f"/toban/{customer_id}/"):
        problem = f"{quoted(name)} is not a secret of {customer_id}."
        part.note(key, problem, f"Use a name that begins with /toban/{customer_id}/.")
    return name
