"""The provider's policy file."""

from pathlib import Path

import msgspec
import pytest
import yaml

from contract.policy_file import PolicyError, parse_policy, read_policy
from toban.domain.policy import PORT_PROCESS, Policy


def mistakes_of(text: str) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        parse_policy(text.encode(), "policy.yaml")
    return str(caught.value).splitlines()


@pytest.mark.clause("N-4", "N-5")
def test_what_is_not_written_keeps_the_figures_of_the_specification() -> None:
    policy = parse_policy(b"verify_tries: 8\n", "policy.yaml")

    assert policy == Policy(verify_tries=8)
    assert policy.port_process == PORT_PROCESS


def test_one_figure_of_a_profile_can_be_changed_alone() -> None:
    policy = parse_policy("port_process:\n  strikes_to_confirm: ５\n".encode(), "policy.yaml")

    assert policy.port_process.strikes_to_confirm == 5
    assert policy.port_process.recheck_interval_seconds == 60


def test_every_field_of_the_policy_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    document = msgspec.to_builtins(Policy(turn_seconds=1_200, late_probe_seconds=90))
    path.write_text(yaml.safe_dump(document))

    assert read_policy(path) == Policy(turn_seconds=1_200, late_probe_seconds=90)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "verify_trys: 6",
            '1:1: "verify_trys" is not known in the policy. Did you mean "verify_tries"?',
        ),
        (
            "verify_tries: six",
            '1:15: verify_tries: "six" is not a whole number. Write the value in digits only.',
        ),
        (
            "verify_tries: 6.5",
            '1:15: verify_tries: "6.5" is not a whole number. Write the value in digits only.',
        ),
        (
            "verify_tries: -1",
            "1:15: verify_tries: -1 is out of range. The value is from 1 to 20.",
        ),
        (
            "verify_tries: 2",
            '1:1: 3 successes cannot come from 2 tries. Make "verify_tries" at least as large.',
        ),
        (
            "turn_seconds: 120",
            "1:15: The turn ends before collecting and verifying (120 s) can be done."
            ' Make "turn_seconds" larger than 120.',
        ),
        (
            "recovery_wait_seconds: 60",
            "1:24: The wait for recovery ends before the next regular check. Make it at least 300.",
        ),
        (
            "resource: {interval_seconds: 240}",
            "1:30: interval_seconds: No schedule runs every 240 seconds. Write 180 or 300.",
        ),
        (
            "resource: 300",
            '1:11: "resource" must be a group of keys, but it is one value.'
            ' Write lines of "key: value", indented below it.',
        ),
        (
            "resource: {strikes: 1}",
            '1:12: "strikes" is not known in resource. Use one of: interval_seconds,'
            " recheck_interval_seconds, strikes_to_confirm, duplicate_wait_seconds.",
        ),
        ("", "1:1: The file is empty. Start from the example in docs/."),
    ],
)
def test_a_mistake_in_the_policy_is_named(text: str, told: str) -> None:
    assert mistakes_of(text) == [f"policy.yaml:{told}"]


def test_all_mistakes_are_listed_and_a_wrong_figure_leads_to_no_further_one() -> None:
    told = mistakes_of("verify_tries: x\nverify_successes: 5\nresource:\nturn_seconds: [1]\n")

    assert [line.split(":")[1] for line in told] == ["1", "3", "4"]


def test_the_policy_of_the_documentation_is_the_default() -> None:
    page = (Path(__file__).parents[2] / "docs/hearing-sheet.md").read_text(encoding="utf-8")

    written = page.partition("```yaml\n")[2].partition("```")[0]

    assert parse_policy(written.encode(), "policy.yaml") == Policy()
