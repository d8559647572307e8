"""The provider's rota: who takes over, in the order of the calls."""

from pathlib import Path

import pytest

from contract.rota import RotaError, read_rota
from toban.domain.contract import Contact

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "engineers.yaml"
ENA = "- name: Ena\n  mail: ena@msp.example\n  phone: 090-1234-5678\n"
JIN = "- name: Jin\n  mail: jin@msp.example\n  phone: '+815012345678'\n"


def rota_of(tmp_path: Path, text: str) -> tuple[Contact, ...]:
    path = tmp_path / "rota.yaml"
    path.write_text(text, encoding="utf-8")
    return read_rota(path)


@pytest.mark.clause("M-1")
def test_engineers_stand_in_the_order_of_their_calls(tmp_path: Path) -> None:
    assert rota_of(tmp_path, f"engineers:\n{ENA}{JIN}") == (
        Contact("Ena", "ena@msp.example", "+819012345678"),
        Contact("Jin", "jin@msp.example", "+815012345678"),
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"enginers:\n{ENA}", 'Did you mean "engineers"?'),
        ("engineers:\n- name: Ena\n  mail: ena\n  phone: 090-1234-5678\n", "rota.yaml:3:9"),
        ("engineers:\n- name: Ena\n  mail: ena@msp.example\n", "phone"),
        ("", "rota.yaml"),
    ],
)
def test_a_mistake_in_the_rota_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(RotaError) as refused:
        rota_of(tmp_path, text)
    assert told in str(refused.value)


def test_the_rota_of_the_documentation_can_be_read() -> None:
    assert len(read_rota(EXAMPLE)) == 2
