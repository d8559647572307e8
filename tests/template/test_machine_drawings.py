"""docs/machines.md shows the machines that are deployed."""

import pytest

from infra.local.machine_drawings import MACHINES, PAGE, ROOT, page


def test_the_page_is_what_would_be_drawn_now() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m infra.local.machine_drawings"


def test_every_machine_is_drawn() -> None:
    files = {path.name.removesuffix(".asl.yaml") for path in (ROOT / "infra").glob("*.asl.yaml")}

    assert set(MACHINES) == files


@pytest.mark.parametrize("state", ["RunRunbook", "AwaitRecovery", "WaitToRecheck", "PauseMonitors"])
def test_states_within_states_are_drawn_too(state: str) -> None:
    assert f'"{state}"' in page()
