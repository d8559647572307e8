"""What a customer asks beyond the menu (M-3): an object of the agent, a command on the server."""

from contract.alert_rule import read_rule
from contract.command_terms import COMMAND, note_objections
from contract.object_name import OID
from contract.watched import Question, Watched
from toban.catalogue.format import line_of_text, whole_number
from toban.catalogue.menu import MenuItem
from toban.catalogue.section import Section
from toban.domain.check import Agent, Check, Kind
from toban.domain.own_check import (
    RUN_SECONDS,
    AlertRule,
    CommandQuestion,
    Comparison,
    OidQuestion,
)

_LABEL = line_of_text(40, "ジョブ待ち件数")
_TIMEOUT = whole_number("a time in seconds", 1, 20, 10)
_ANSWER_SECONDS = RUN_SECONDS + 6.0
_WELL = AlertRule(Comparison.EXITS_OTHERWISE, "0")
_LISTENS = (
    "bash -c 'exec 3<>/dev/tcp/127.0.0.1/{port} && IFS= read -r -t 8 line <&3 && "
    'echo "$line" && printf "QUIT\\r\\n" >&3\''
)
_GREETS = AlertRule(Comparison.LACKS, "220*", confirm=True)


def oid(item: MenuItem, part: Section, watched: Watched, monitor_id: str) -> Question:
    """Return the question for one object; its name in a MIB is looked up here."""
    agent = watched.agent or Agent("")  # its absence is noted once, for the whole server
    numbers, name = part.required("oid", OID)
    asked = OidQuestion(numbers, name, read_rule(part, Comparison.CHANGES))
    check = Check(monitor_id, item.kind, agent.address, agent.port, agent=agent, oid=asked)
    return Question(check, part.optional("name", _LABEL, name))


def command(item: MenuItem, part: Section, watched: Watched, monitor_id: str) -> Question:
    """Return the question for a command, which must only read."""
    text = part.required("command", COMMAND)
    rule = read_rule(part, Comparison.EXITS_OTHERWISE, _WELL)
    asked = CommandQuestion(text, rule, part.optional("timeout", _TIMEOUT, 10))
    note_objections(part, "command", text, watched.terms)
    label = part.optional("name", _LABEL, monitor_id.rpartition(".")[2])
    return Question(_check(item.kind, watched, monitor_id, asked), label)


def greeting_from_inside(port: int, watched: Watched, monitor_id: str) -> Question:
    """Return the question for a mail server that the server itself is asked for, where no function
    may connect to its port.
    """
    asked = CommandQuestion(_LISTENS.format(port=port), _GREETS)
    return Question(_check(Kind.COMMAND, watched, monitor_id, asked))


def _check(kind: Kind, watched: Watched, monitor_id: str, asked: CommandQuestion) -> Check:
    address, port = "", 0  # the absence of a way in is noted once, for the whole server
    if watched.access is not None:
        address, port = watched.access.address, watched.access.port
    return Check(
        monitor_id, kind, address, port, total_timeout_seconds=_ANSWER_SECONDS, command=asked
    )
