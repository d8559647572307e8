"""How long data is kept where the template says so (C-7); docs/operations/data.md has every
term.
"""

from toban.settings import optional


def contract_days() -> int:
    """Return for how many days after its end a contract is kept."""
    return int(optional("CONTRACT_DAYS") or 90)


def evidence_days() -> int:
    """Return for how many days incidents and their evidence are kept."""
    return int(optional("EVIDENCE_DAYS") or 400)
