"""Both builds need the SAM CLI; a shift of the stories is what the built functions are asked in."""

import pytest

from tests.artefacts.built import TOOLS
from tests.scenarios.conftest import shift

__all__ = ["shift"]


@pytest.fixture(scope="session", autouse=True)
def sam() -> None:
    if not (TOOLS / "bin" / "sam").exists():
        pytest.skip("the SAM CLI is not set up (make validate does it)")
