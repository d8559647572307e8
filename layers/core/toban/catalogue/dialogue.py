"""A dialogue of the menu: what is said to a service and how it answers, written as data."""

from toban.catalogue.format import line_of_text, one_of, yes_or_no
from toban.catalogue.section import Section, section_of
from toban.domain.check import DialogueQuestion, DialogueStep, Framing

_LINE = line_of_text(80, "QUIT")
_FRAMING = one_of((str(framing) for framing in Framing), "line")
_YES_OR_NO = yes_or_no("yes")


def read_dialogue(item: Section) -> DialogueQuestion | None:
    """Return the item's dialogue, None when it has none; what is wrong is noted."""
    part = item.section("dialogue")
    if part is None:
        return None
    nodes = part.nodes("steps", '"- {send: PING, expect: [+PONG]}"')
    parts = [section_of(node, part.notes, "a step") for node in nodes]
    read = DialogueQuestion(
        steps=tuple(_step(each) for each in parts if each),
        framing=Framing(part.optional("framing", _FRAMING, "line")),
        tls=part.optional("tls", _YES_OR_NO, default=False),
        unjudged=_lines(part, "unjudged"),
        farewell=part.optional("farewell", _LINE, ""),
    )
    part.close()
    return read


def _step(part: Section) -> DialogueStep:
    read = DialogueStep(
        send=part.optional("send", _LINE, ""),
        expect=_lines(part, "expect"),
        offers=_lines(part, "offers"),
        tls=part.optional("tls", _YES_OR_NO, default=False),
    )
    part.close()
    if not read.expect:
        mend = 'Write how a good answer begins, for example "expect: [220]".'
        part.notes.add(part.place, "A step expects no answer.", mend)
    return read


def _lines(part: Section, key: str) -> tuple[str, ...]:
    return tuple(line for line, _ in part.listed(key, _LINE, required=False) if line)
