"""The monitors of one server: items of the menu with the customer's parameters."""

from contract.liveness import with_own_ports
from contract.naming import MONITOR_ID
from contract.question import read_question
from contract.role import monitor_nodes
from contract.watched import Watched
from toban.catalogue.document import Mapping, Node, Scalar
from toban.catalogue.format import matching, yes_or_no
from toban.catalogue.menu import PRIORITY, UNIT, MenuItem, menu
from toban.catalogue.mistake import Place, quoted
from toban.catalogue.roles import ITEM
from toban.catalogue.runbooks import runbook
from toban.catalogue.section import Section, section_of
from toban.domain.check import Kind
from toban.domain.contract import Monitor
from toban.domain.dependency import with_parents

MOST_MONITORS = 100
_NEED_AGENT = frozenset({Kind.AGENT, Kind.PROCESS, Kind.RESOURCE, Kind.STATE, Kind.OID})
_YES_OR_NO = yes_or_no("yes")
_SERVICE = matching(
    r"[A-Za-z0-9][A-Za-z0-9@_.:\\-]{0,63}",
    "the name of a service",
    'Write the name that systemctl or service takes, for example "nginx".',
    "nginx",
)


def read_monitors(server: Section, watched: Watched) -> tuple[Monitor, ...]:
    """Return the server's monitors in the order of the sheet, with ids that are unique."""
    nodes = monitor_nodes(server)
    if len(nodes) > MOST_MONITORS:
        problem = f"There are {len(nodes)} monitors on one server."
        server.note("monitors", problem, f"Keep at most {MOST_MONITORS}.")
    parts = [_part(node, server) for node in nodes]
    found = [
        (monitor, part.place) for part in parts if part and (monitor := _monitor(part, watched))
    ]
    _note_same_ids(found, server)
    _note_no_agent(found, watched, server)
    _note_no_access(found, watched, server)
    monitors = with_own_ports([monitor for monitor, _ in found])
    if len({monitor.monitor_id for monitor in monitors}) < len(monitors):
        return monitors  # noted above: nothing of the sheet is taken
    return with_parents(monitors, {name: item.withholds for name, item in menu().items()})


def _part(node: Node, server: Section) -> Section | None:
    """An item without parameters may stand as one word."""
    if isinstance(node, Scalar):
        node = Mapping(node.place, {"item": node}, {"item": node.place})
    return section_of(node, server.notes, "a monitor")


def _monitor(part: Section, watched: Watched) -> Monitor | None:
    item = menu().get(part.required("item", ITEM))
    if item is None:
        return None  # which other keys it may have depends on the item
    part.name = f"the monitor {item.item}"
    usual = item.item.replace("_", "-")
    own = part.optional("id", MONITOR_ID, usual)
    question = read_question(item, part, watched, f"{watched.server_id}.{own}")
    procedure, unit, service, roll_back = _repaired(item, part)
    phone, phone_from = _called(item, part)
    apart = question.subject or (own if own != usual else "")
    monitor = Monitor(
        monitor_id=question.check.monitor_id,
        item=item.item,
        family=item.family,
        name_ja=f"{item.name_ja} {apart}".strip(),
        name_en=f"{item.name_en} {apart}".strip(),
        priority=part.optional("priority", PRIORITY, item.priority),
        check=question.check,
        runbook=procedure,
        unit=unit,
        service=service,
        phone=phone,
        phone_from=phone_from,
        roll_back=roll_back,
    )
    part.close()
    return monitor


def _called(item: MenuItem, part: Section) -> tuple[bool, float | None]:
    """Return whether people are called, and from which value on: from the first where it is
    written.
    """
    if not part.has("phone"):
        return item.phone, item.phone_from
    return part.required("phone", _YES_OR_NO), None


def _repaired(item: MenuItem, part: Section) -> tuple[str, str, str, bool]:
    """Return the runbook, the unit and the service that it works on, and whether a repair that did
    not help is undone.

    A runbook without steps ends with the alert mail, so there is nothing to repair; an own port or
    process is repaired only where its service is named.
    """
    procedure = runbook(item.runbook)
    if procedure is None or not procedure.works_on_unit:
        return item.runbook if procedure and procedure.steps else "", "", "", False
    unit = part.optional("unit", UNIT, item.unit)
    service = part.optional("service", _SERVICE, "").removesuffix(".service")
    roll_back = part.optional("roll_back", _YES_OR_NO, default=False)
    if unit == "custom" and not service:
        if roll_back:
            mend = 'Name the service in "service:", or remove the line.'
            part.note("roll_back", "Nothing is repaired here that could be undone.", mend)
        return "", "", "", False
    return item.runbook, unit, service, roll_back


def _note_same_ids(found: list[tuple[Monitor, Place]], server: Section) -> None:
    first: dict[str, Place] = {}
    for monitor, place in found:
        own = monitor.monitor_id.rpartition(".")[2]
        if own in first:
            problem = f"{quoted(own)} is watched twice (first {first[own].where})."
            mend = f'Give this one an id of its own, for example "id: {own[:18]}-2".'
            server.notes.add(place, problem, mend)
        first.setdefault(own, place)


def _note_no_agent(found: list[tuple[Monitor, Place]], watched: Watched, server: Section) -> None:
    needy = [(m, place) for m, place in found if m.check.kind in _NEED_AGENT]
    if needy and watched.agent is None and not server.has("agent"):
        items = ", ".join(dict.fromkeys(monitor.item for monitor, _ in needy))
        problem = f"The server has no agent, which measures {items}."
        server.notes.add(needy[0][1], problem, 'Add "agent:" with "secret:" to the server.')


def _note_no_access(found: list[tuple[Monitor, Place]], watched: Watched, server: Section) -> None:
    needy = [(m, place) for m, place in found if m.check.kind is Kind.COMMAND]
    if needy and watched.access is None and not server.has("access"):
        items = ", ".join(dict.fromkeys(monitor.item for monitor, _ in needy))
        problem = f"The server has no access, by which {items} is asked."
        mend = 'Add "access:" with user, key and host_keys to the server.'
        server.notes.add(needy[0][1], problem, mend)
