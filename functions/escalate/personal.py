"""What a mail holds for one reader alone: a link opens for nobody else (N-9)."""

from dataclasses import replace

from escalate.facts import Facts
from escalate.letter import Letter, compose
from toban.domain.letters import Mailbox
from toban.store import links


def letter_with_link(facts: Facts, reader: Mailbox) -> Letter:
    """Return the letter with the reader's link to the graphs; without one where none can be
    made.
    """
    server_id = facts.server.server_id if facts.server else ""
    return compose(replace(facts, graph_link=links.link_to(server_id, reader.address, facts.now)))
