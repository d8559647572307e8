"""How graphs are answered: what a browser may do with the page, and figures as CSV (N-9)."""

import csv
import re
from base64 import b64encode
from datetime import datetime, timedelta
from hashlib import sha256
from html.parser import HTMLParser
from io import StringIO

import pytest

from graphs.panels import ServerView, panels
from graphs.table import table_rows
from tests.functions.acme import ALICE, SERVER, sign
from tests.functions.browsing import ADDRESS, get, give_address, text
from tests.functions.conftest import RuleClock
from toban.domain.incident import Incident
from toban.domain.maintenance import Window, window_id
from toban.domain.metrics import Layout, Sample
from toban.domain.plan import Plan
from toban.domain.policy import Policy
from toban.domain.series import Period
from toban.store import history, links, maintenance, samples

pytestmark = pytest.mark.clause("N-9")
HOSTILE = "/<script>alert(1)</script>"
STEP = timedelta(seconds=300)


@pytest.fixture
def url(aws: None, rule_clock: RuleClock) -> str:
    """A link to a server that was measured for an hour, 5 minutes of it missing."""
    give_address()
    sign()
    layout = Layout(("/", HOSTILE), ("=1+1",))
    for slot in range(12):
        if slot != 5:
            figures = {"load.1": slot / 4, "disk.space:/": 50.0, f"disk.space:{HOSTILE}": 7.0}
            figures |= {"traffic.received:=1+1": 1e6, "traffic.sent:=1+1": 5e5}
            samples.keep(SERVER, rule_clock() - (11 - slot) * STEP, Sample(layout, figures))
    return links.link_to(SERVER, ALICE.mail, rule_clock())


class Reading(HTMLParser):
    """The tags of a page, and the text of its styles and scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {"style": [], "script": []}
        self._within = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._within = tag

    def handle_endtag(self, tag: str) -> None:
        self._within = ""

    def handle_data(self, data: str) -> None:
        if self._within in self.texts:
            self.texts[self._within].append(data)


def policy(answer: dict[str, dict[str, str]]) -> dict[str, str]:
    parts = answer["headers"]["content-security-policy"].split("; ")
    return {name: value for name, _, value in (part.partition(" ") for part in parts)}


def hashed(content: str) -> str:
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"


def test_a_browser_runs_the_pages_own_style_and_script_and_nothing_else(url: str) -> None:
    answer = get(url)
    page = Reading(text(answer))
    figures, script = page.texts["script"]

    assert policy(answer)["default-src"] == "'none'"
    assert policy(answer)["style-src"] == hashed(page.texts["style"][0])
    assert policy(answer)["script-src"] == hashed(script)
    assert figures.startswith("{")
    assert "style" not in {name for _, attributes in page.tags for name in attributes}
    assert not [name for _, found in page.tags for name in found if name.startswith("on")]


def test_a_page_asks_nobody_for_anything(url: str) -> None:
    page = Reading(text(get(url)))
    leading_out = {"src", "srcset", "poster", "data", "action"}
    links_out = [found["href"] for _, found in page.tags if "href" in found]

    assert not [name for _, found in page.tags for name in found if name in leading_out]
    assert all(each and each.startswith(("#", "?", "data:,")) for each in links_out)
    assert "url(" not in page.texts["style"][0]


@pytest.mark.parametrize("path", ["", "?csv=load", "!"])
def test_nothing_of_an_answer_is_kept_framed_or_passed_on(url: str, path: str) -> None:
    answer = get(url + path)
    headers = answer["headers"]

    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert policy(answer)["frame-ancestors"] == "'none'"
    assert "noindex" in headers["x-robots-tag"]


def test_what_a_server_calls_its_disks_stays_text(url: str) -> None:
    page = text(get(url))

    assert HOSTILE not in page
    assert "&lt;script&gt;alert(1)" in page
    assert [tag for tag, _ in Reading(page).tags].count("script") == 2


def test_csv_has_every_point_with_the_customers_time_and_empty_gaps(url: str) -> None:
    answer = get(url + "?csv=load")
    rows = list(csv.reader(StringIO(text(answer).removeprefix("\ufeff"))))
    newest = rows[-12:]

    assert answer["headers"]["content-disposition"] == (
        'attachment; filename="acme.web01-load-day-20261123.csv"'
    )
    assert rows[0] == ["time", "1 分平均"]
    assert len(rows) == 289
    assert newest[-1] == ["2026-11-23T19:00:00+09:00", "2.75"]
    assert [row[1] for row in newest[4:7]] == ["1", "", "1.5"]


def test_csv_of_roll_ups_has_minimum_and_maximum_too(url: str) -> None:
    head, *rows = csv.reader(StringIO(text(get(url + "?csv=load&period=month"))[1:]))

    assert head == ["time", "1 分平均", "1 分平均 min", "1 分平均 max"]
    assert rows[-2] == ["2026-11-23T18:30:00+09:00", "2", "1.5", "2.5"]


def test_no_name_becomes_a_formula_in_a_spreadsheet(url: str) -> None:
    head, *_ = csv.reader(StringIO(text(get(url + "?csv=traffic"))[1:]))

    assert head[1:] == ["'=1+1 受信 [bit/s]", "'=1+1 送信 [bit/s]"]


def test_the_table_tells_averages_and_leaves_out_what_is_not_known(
    url: str, rule_clock: RuleClock
) -> None:
    found = samples.series(SERVER, Period.DAY, rule_clock())
    load = panels(sign(), found, ServerView(Period.DAY, rule_clock()))[1]

    assert [(f"{line.at:%H:%M}", line.figures) for line in table_rows(load)] == [
        ("18:35", ("2.12",)),
        ("18:05", ("0.50",)),
    ]


def test_incidents_and_maintenance_are_told_with_their_times(
    url: str, rule_clock: RuleClock
) -> None:
    now = rule_clock()
    happen(now)
    page = " ".join(re.sub(r"<[^>]+>", " ", text(get(url))).split())

    assert "障害 2026-11-23 18:00 JST 継続中" in page
    assert "障害 2026-11-23 16:00 JST 2026-11-23 16:30 JST" in page
    assert "メンテナンス 2026-11-23 14:00 JST 2026-11-23 15:00 JST" in page
    assert page.count("JST 継続中") == 1


def happen(now: datetime) -> None:
    """An incident that goes on, one that is over, one of last week; maintenance that ended early,
    and some that was called off.
    """
    for hours, lasted in ((1, 0.0), (3, 0.5), (170, 1.0)):
        begun = now - timedelta(hours=hours)
        name = f"{SERVER}.{begun:%Y%m%dT%H%M%SZ}"
        history.opening(Incident(name, "acme", SERVER, Plan.RESPOND, begun, 30, Policy())).save()
        if lasted:
            history.note_closed(name, begun + timedelta(hours=lasted))
    for hours, after in ((5, 1), (8, -1)):
        begins = now - timedelta(hours=hours)
        name = window_id(SERVER, begins)
        maintenance.add(Window(name, SERVER, begins, begins + timedelta(hours=4), "Alice"))
        maintenance.cancel(name, begins + timedelta(hours=after))


def test_a_browser_that_takes_gzip_gets_a_third_of_the_octets(url: str) -> None:
    plain, packed = get(url), get(url, accept_encoding="br, gzip")

    assert text(packed) == text(plain)
    assert packed["headers"]["content-encoding"] == "gzip"
    assert len(packed["body"]) < len(plain["body"]) / 3


def test_head_is_answered_like_get_without_the_page(url: str) -> None:
    assert get(url, "HEAD") == {**get(url), "body": ""}


def test_where_nothing_was_measured_the_page_says_so(aws: None, rule_clock: RuleClock) -> None:
    give_address()
    sign(locale="en")
    page = text(get(links.link_to(SERVER, ALICE.mail, rule_clock())))

    assert "Nothing has been measured in this period yet." in page
    assert '<div class="field"' not in page
    assert "0.00" not in page


def test_the_answer_to_a_bad_address_names_no_customer_and_no_reason(url: str) -> None:
    page = text(get(f"{ADDRESS}/g/x"))

    assert not re.search("acme|web01|expired|revoked|signature", page, re.IGNORECASE)
