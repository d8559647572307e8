"""When the answer to a customer's own question is an alert: the key `alert_when` of the sheet."""

import re

from toban.catalogue.format import Format, half_width, line_of_text, yes_or_no
from toban.catalogue.mistake import Refusal, quoted
from toban.catalogue.section import Section
from toban.domain.own_check import NUMERIC, AlertRule, Comparison

_LONGEST = 200
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?")
_FORMS: tuple[tuple[str, Comparison], ...] = (
    (r"above\s+(.+)", Comparison.ABOVE),
    (r"below\s+(.+)", Comparison.BELOW),
    (r"(?:not equals|differs from)\s+(.+)", Comparison.DIFFERS),
    (r"equals\s+(.+)", Comparison.EQUALS),
    (r"not matches\s+(.+)", Comparison.LACKS),
    (r"matches\s+(.+)", Comparison.MATCHES),
    (r"changes()", Comparison.CHANGES),
    (r"exit status not\s+([0-9]{1,3})", Comparison.EXITS_OTHERWISE),
)
_MEND = (
    'Write "above 100", "below 5", "equals up", "not equals up", "matches *failed*", '
    '"not matches OK*"{more}.'
)
_MORE = {
    Comparison.CHANGES: ' or "changes"',
    Comparison.EXITS_OTHERWISE: ' or "exit status not 0"',
}
_CONFIRM = yes_or_no("yes")
_UNIT = line_of_text(12, "件")


def read_rule(part: Section, only_here: Comparison, default: AlertRule | None = None) -> AlertRule:
    """Return the rule of `alert_when`, `value_unit` and `confirm`.

    `only_here` is the comparison that this kind of question has besides the general ones; without
    a default the key must be written.
    """
    form = _format(only_here)
    rule = part.optional("alert_when", form, default) if default else None
    rule = rule or part.required("alert_when", form)
    unit = part.optional("value_unit", _UNIT, "")
    confirm = part.optional("confirm", _CONFIRM, default=False)
    if confirm and rule.comparison is Comparison.CHANGES:
        part.note("confirm", "A change is seen once.", 'Remove "confirm".')
    return AlertRule(rule.comparison, rule.operand, unit, confirm)


def _format(only_here: Comparison) -> Format[AlertRule]:
    mend = _MEND.format(more=_MORE[only_here])

    def parse(text: str) -> AlertRule:
        typed = half_width(text)
        for pattern, comparison in _FORMS:
            found = re.fullmatch(pattern, typed, re.IGNORECASE)
            if found and (comparison not in _MORE or comparison is only_here):
                return AlertRule(comparison, _operand(found[1], comparison, text))
        raise Refusal(f"{quoted(text)} is not a rule.", mend)

    return Format(parse, "above 100", AlertRule(Comparison.ABOVE, "0"))


def _operand(typed: str, comparison: Comparison, text: str) -> str:
    operand = typed.strip().strip("\"'")
    if comparison in NUMERIC and not _NUMBER.fullmatch(operand.replace(",", "")):
        raise Refusal(f"{quoted(text)} has no number.", 'Write it like "above 100".')
    if len(operand) > _LONGEST:
        raise Refusal("The rule is too long.", f"Shorten it to {_LONGEST} characters.")
    return operand.replace(",", "") if comparison in NUMERIC else operand
