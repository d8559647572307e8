"""The provider's policy file."""

from dataclasses import Field, fields
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from contract.policy_file import PolicyError, parse_policy, read_policy
from toban.domain.policy import PORT_PROCESS, RESOURCE, Policy, Profile
from toban.domain.rails import Rails

GROUPS: dict[str, Policy | Profile | Rails] = {
    "": Policy(),
    "port_process": PORT_PROCESS,
    "resource": RESOURCE,
    "rails": Rails(),
}
"""Every group of the file by its key, with what it holds when nothing is written."""


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
    rails = Rails(dry_run=True, approval=("rb_unit",), storm_servers=7)
    policy = Policy(turn_seconds=1_200, late_probe_seconds=90, rails=rails)
    path.write_text(yaml.safe_dump(msgspec.to_builtins(policy)))

    assert read_policy(path) == policy


FIELDS = [(path, field) for path, group in GROUPS.items() for field in fields(group)]


@pytest.mark.parametrize(("path", "field"), FIELDS, ids=[f"{p}{f.name}" for p, f in FIELDS])
def test_each_field_is_known_alone_and_keeps_its_type(path: str, field: Field[Any]) -> None:
    default = getattr(GROUPS[path], field.name)
    value = yaml.safe_dump({field.name: msgspec.to_builtins(default)}, default_flow_style=True)
    text = f"{path}: {value}" if path else value.strip()[1:-1]

    assert parse_policy(text.encode(), "policy.yaml") == Policy()


@pytest.mark.parametrize(("path", "field"), FIELDS, ids=[f"{p}{f.name}" for p, f in FIELDS])
def test_nonsense_in_any_field_is_refused(path: str, field: Field[Any]) -> None:
    text = f"{path}: {{{field.name}: nonsense}}" if path else f"{field.name}: nonsense"

    assert len(mistakes_of(text)) == 1


def test_the_gates_of_the_rails_are_read() -> None:
    policy = parse_policy(b"rails: {dry_run: yes, approval: rb_unit}\n", "policy.yaml")

    assert policy.rails == Rails(dry_run=True, approval=("rb_unit",))


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
        (
            "rails: {storm_seconds: 5}",
            "1:24: storm_seconds: 5 is out of range. The value is from 10 to 3600.",
        ),
        (
            "rails: {approval: {rb_unit: yes}}",
            '1:9: "approval" must be a list. Begin each of its parts with "- ".',
        ),
        (
            "rails: {restarts_per_unit_and_day: 0}",
            "1:8: 1 restarts an hour cannot be more than 0 a day. Make it at most 0.",
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

    written = page.partition("# The policy file")[2].partition("```yaml\n")[2].partition("```")[0]

    assert parse_policy(written.encode(), "policy.yaml") == Policy()


def test_the_policy_of_the_documentation_names_every_figure() -> None:
    page = (Path(__file__).parents[2] / "docs/hearing-sheet.md").read_text(encoding="utf-8")

    policy = page.partition("# The policy file")[2]
    written = yaml.safe_load(policy.partition("```yaml\n")[2].partition("```")[0])

    assert msgspec.json.decode(msgspec.json.encode(Policy())) == written
