"""Whatever a sheet holds: it is read whole, or SheetError says why."""

import contextlib
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.policy_file import PolicyError, parse_policy
from contract.sheet import SheetError, parse_sheet
from toban.catalogue.menu import menu

ACME = (Path(__file__).parents[1] / "testdata/sheets/acme.yaml").read_bytes()
WORDS = [
    *"customer contacts servers id name mail phone plan access agent monitors item url".split(),
    *"port key secret host_keys addresses threshold mount capacity unit service".split(),
    *["respond", "https://[::1]/", "http://a:99999/", "+81", "0", "-1", "1e999", "~", "/toban/a/b"],
    *menu(),
]
words = st.sampled_from(WORDS) | st.text(max_size=12)
scalars = words | st.integers() | st.floats() | st.booleans() | st.none() | st.dates()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=6),
    max_leaves=20,
)
maybe = values | scalars


def record(**fields: Any) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({}, optional=fields) | maybe


monitors = words | record(item=words, id=maybe, port=maybe, url=maybe, threshold=maybe, mount=maybe)
servers = record(
    id=maybe,
    addresses=maybe,
    plan=maybe,
    access=record(address=maybe, user=maybe, key=maybe, host_keys=maybe, port=maybe),
    agent=record(secret=maybe, version=maybe),
    monitors=st.lists(monitors, max_size=4) | maybe,
)
rails = record(storm_servers=maybe, dry_run=maybe, approval=st.lists(maybe, max_size=3) | maybe)
policies = record(
    port_process=record(interval_seconds=maybe), verify_tries=maybe, turn_seconds=maybe, rails=rails
)
sheets = record(
    customer=record(id=maybe, name=maybe, locale=maybe, zone=maybe, rails=rails),
    contacts=st.lists(record(name=maybe, mail=maybe, phone=maybe), max_size=3) | maybe,
    servers=st.lists(servers, max_size=3) | maybe,
)


@settings(max_examples=200, deadline=None)
@given(sheets)
def test_any_values_in_the_form_of_a_sheet_are_read_or_refused(sheet: Any) -> None:
    with contextlib.suppress(SheetError):
        parse_sheet(yaml.safe_dump(sheet, allow_unicode=True).encode(), "acme.yaml")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode("utf-8")))
def test_any_bytes_are_refused(data: bytes) -> None:
    with contextlib.suppress(SheetError):
        parse_sheet(data, "acme.yaml")
    with contextlib.suppress(PolicyError):
        parse_policy(data, "policy.yaml")


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_good_sheet_with_bytes_changed_is_read_or_refused(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(ACME)))
    end = data.draw(st.integers(start, min(len(ACME), start + 20)))
    put_in = data.draw(st.binary(max_size=12) | st.sampled_from(SIGNS))

    with contextlib.suppress(SheetError):
        parse_sheet(ACME[:start] + put_in + ACME[end:], "acme.yaml")


SIGNS = [
    b"&a",
    b"*a",
    b"!!str ",
    b"? ",
    b"- ",
    b": ",
    b"{",
    b"[",
    b"|",
    b">",
    b'"\\UFFFFFFFF"',
    b"%",
]


@settings(max_examples=100, deadline=None)
@given(policies)
def test_any_values_in_the_form_of_a_policy_are_read_or_refused(policy: Any) -> None:
    with contextlib.suppress(PolicyError):
        parse_policy(yaml.safe_dump(policy, allow_unicode=True).encode(), "policy.yaml")
