"""`toban repairs`: the operators' switches over repairs, for one customer or for all."""

from argparse import Namespace

from infra.local.commands.incident import asking
from infra.local.commands.known import ALL, require_customer
from infra.local.commands.refusal import RefusalError

_FAILED = "The switches cannot be reached at"


def show(given: Namespace) -> int:
    """Print which switches are thrown and which runbooks are out of service."""
    with asking(given.endpoint, _FAILED):
        from toban.store import contracts, rails

        _known(given.whose)
        thrown, out = contracts.stopped_by(), rails.disarmed()
    if given.whose != ALL:
        thrown = {whose: by for whose, by in thrown.items() if whose in {ALL, given.whose}}
    for whose, by in sorted(thrown.items()):
        print(f"Repairs are stopped for {_named(whose)}: {by}.")
    for name, since in sorted(out.items()):
        print(f"{name} is out of service since {since:%Y-%m-%d %H:%M:%S}Z: three repairs in a row")
        print(f"  did not help. toban repairs arm '{name}' puts it back.")
    if not thrown and not out:
        print("Nothing is stopped, every runbook is in service.")
    return 0


def stop(given: Namespace) -> int:
    """Throw the kill switch; it is read before every repair."""
    with asking(given.endpoint, _FAILED):
        from toban.store import contracts

        _known(given.whose)
        contracts.stop_repairs(given.whose, given.by)
    print(f"No repair begins any more for {_named(given.whose)}. Mails and calls go on.")
    return 0


def allow(given: Namespace) -> int:
    """Take the kill switch back."""
    with asking(given.endpoint, _FAILED):
        from toban.store import contracts

        _known(given.whose)
        contracts.allow_repairs(given.whose)
    print(f"Repairs may begin again for {_named(given.whose)}.")
    return 0


def arm(given: Namespace) -> int:
    """Put a runbook back into service."""
    with asking(given.endpoint, _FAILED):
        from toban.store import rails

        known = given.runbook in rails.disarmed()
        if known:
            rails.arm(*given.runbook.split(".", 1))
    if not known:
        raise RefusalError(
            f"{given.runbook!r} is not out of service: toban repairs show lists what is."
        )
    print(f"{given.runbook} is in service again.")
    return 0


def _known(whose: str) -> None:
    if whose != ALL:
        require_customer(whose)


def _named(whose: str) -> str:
    return "all customers" if whose == ALL else f"customer {whose}"
