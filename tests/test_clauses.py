"""Every clause of the specification has its tests, or says what will deliver it; none silently."""

from pathlib import Path

import pytest

from tests.clauses import (
    PAGE,
    Clause,
    Proof,
    faults,
    page,
    read_clauses,
    read_proofs,
)

PAIR = Clause("N-7", "No second alert mail.", "2 Monitoring")


def test_every_clause_has_tests_or_says_what_will_deliver_it() -> None:
    found = faults(read_clauses(), read_proofs())

    assert found == [], "\n".join(found)


def test_the_page_of_clauses_is_what_would_be_written_now() -> None:
    written = PAGE.read_text(encoding="utf-8")

    assert written == page(read_clauses(), read_proofs()), "run make clauses"


@pytest.mark.parametrize(
    ("clause", "proofs", "fault"),
    [
        (PAIR, [], "N-7 has no test, and nothing says what will deliver it."),
        (
            Clause("N-7", "", "", later="graphs"),
            [Proof("tests/test_a.py", "test_it", ("N-7",))],
            "N-7 is marked as coming later, but tests carry it.",
        ),
        (
            Clause("N-7", "", "", later="graphs", rest="colours"),
            [],
            "N-7 says what its tests do not show, but it has none.",
        ),
    ],
)
def test_what_is_not_accounted_for_is_found(
    clause: Clause, proofs: list[Proof], fault: str
) -> None:
    assert faults([clause], proofs) == [fault]


def test_marks_of_a_test_and_of_its_whole_file_are_read(tmp_path: Path) -> None:
    (tmp_path / "tests" / "scenarios").mkdir(parents=True)
    (tmp_path / "tests" / "scenarios" / "test_night.py").write_text(
        "import pytest\n"
        'pytestmark = [pytest.mark.clause("C-5"), pytest.mark.slow]\n'
        '@pytest.mark.clause("N-7", "P-1")\n'
        "def test_it_rings(): ...\n"
        "def test_it_mails(): ...\n"
        "'''pytest.mark.clause(\"M-1\")'''\n"
    )

    assert read_proofs(tmp_path) == [
        Proof("tests/scenarios/test_night.py", "test_it_rings", ("C-5", "N-7", "P-1")),
        Proof("tests/scenarios/test_night.py", "test_it_mails", ("C-5",)),
    ]


def test_stories_come_before_other_tests_on_the_page() -> None:
    unit = Proof("tests/functions/test_a.py", "test_it_is_claimed_once", ("N-7",))
    story = Proof("tests/scenarios/test_b.py", "test_an_outage_is_told_once", ("N-7",))

    lines = page([PAIR], [unit, story]).splitlines()

    assert lines[lines.index("### N-7") + 2 :] == [
        "No second alert mail.",
        "",
        "- [tests/scenarios/test_b.py](../tests/scenarios/test_b.py) (story)",
        "  - an outage is told once",
        "- [tests/functions/test_a.py](../tests/functions/test_a.py)",
        "  - it is claimed once",
    ]
