"""Which layer of a page has failed: nginx with an application behind it, both real."""

import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.integration.daemons import free_port, program, written
from tests.integration.respond_site.machine import Machine, own_folder
from tests.integration.respond_site.services import HERE, repaired, words
from toban.domain.check import Check, HttpQuestion, Kind
from toban.domain.contract import Family, Monitor
from toban.domain.repair import HoldReason, RepairOutcome, StepName

PORT, BEHIND = free_port(HERE), free_port(HERE)
PAGE = "acme.web01.url-status"
URL = Monitor(
    PAGE,
    *("url_status", Family.STATUS, "", "", 72),
    Check(PAGE, Kind.HTTP, HERE, PORT, http=HttpQuestion(host="shop.example", path="/app/")),
    *("rb_url", "web"),
)
SHOP = Monitor(
    "acme.web01.tcp",
    *("tcp", Family.PORT, "", "", 92),
    Check("acme.web01.tcp", Kind.TCP, HERE, BEHIND),
    *("rb_unit", "custom", "shop"),
)


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    real = program("nginx", "nginx")
    with own_folder() as folder:
        places = "".join(
            f"{each}_temp_path {folder}/{each};\n"
            for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        config = written(
            folder,
            "nginx.conf",
            f"daemon off; pid {folder}/p; error_log {folder}/error.log;\nevents {{ }}\n"
            f"http {{ access_log off; {places} server {{ listen {HERE}:{PORT};\n"
            f"server_name shop.example; root {folder};\n"
            f"location /app/ {{ proxy_pass http://{HERE}:{BEHIND}/; }}\n"
            "location /broken { return 500; } } }\n",
        )
        (folder / "site").mkdir()
        (folder / "site" / "index.html").write_text("Welcome", encoding="utf-8")
        made = Machine(folder / "machine")
        made.add("nginx", f"{real} -c {config}", {"nginx": f"{real} -c {config}"})
        serve = f"-m http.server --directory {folder}/site --bind {HERE} {BEHIND}"
        made.add("shop", f"{sys.executable} {serve}")
        yield made
        made.close()


@pytest.fixture(autouse=True)
def _nothing_runs(machine: Machine) -> Iterator[None]:
    yield
    machine.forget()


def asking(path: str, contains: str = "") -> Monitor:
    question = HttpQuestion(host="shop.example", path=path, must_contain=contains)
    return replace(URL, check=replace(URL.check, http=question))


@pytest.mark.clause("P-1")
def test_what_stands_behind_the_web_server_is_started_and_the_web_server_left_alone(
    machine: Machine,
) -> None:
    machine.run("nginx", HERE, PORT)

    attempt = repaired(machine, URL, SHOP)

    assert (attempt.report.outcome, attempt.report.unit) == (RepairOutcome.ACTED, "shop")
    assert "status 502" in words(attempt, StepName.ASK_PAGE)
    assert (machine.changes("shop"), machine.changes("nginx")) == (["start"], [])


def test_a_web_server_with_nothing_registered_behind_it_is_restarted_itself(
    machine: Machine,
) -> None:
    machine.run("nginx", HERE, PORT)

    report = repaired(machine, URL).report

    assert (report.changed, report.unit) == (True, "web")
    assert (machine.changes("shop"), machine.changes("nginx")) == ([], ["stop", "start"])


def test_a_web_server_that_is_stopped_is_started(machine: Machine) -> None:
    machine.run("shop", HERE, BEHIND)

    attempt = repaired(machine, URL, SHOP)

    assert (attempt.report.outcome, attempt.report.unit) == (RepairOutcome.ACTED, "web")
    assert (machine.changes("shop"), machine.changes("nginx")) == ([], ["start"])


@pytest.mark.clause("P-10")
def test_a_masked_service_behind_the_web_server_holds_everything_back(machine: Machine) -> None:
    machine.run("nginx", HERE, PORT)
    (machine.units / "shop" / "masked").touch()

    report = repaired(machine, URL, SHOP).report

    assert (report.hold, report.changed) == (HoldReason.UNIT_MASKED, False)
    assert (machine.changes("shop"), machine.changes("nginx")) == ([], [])


@pytest.mark.clause("P-10")
@pytest.mark.parametrize(
    ("page", "told"),
    [
        (asking("/broken"), "status 500"),
        (asking("/gone"), "status 404"),
        (asking("/app/", "Sale"), "status 200"),
    ],
)
def test_a_fault_of_the_content_restarts_nothing(
    machine: Machine, page: Monitor, told: str
) -> None:
    machine.run("shop", HERE, BEHIND)
    machine.run("nginx", HERE, PORT)

    attempt = repaired(machine, page, SHOP)

    assert attempt.report.hold is HoldReason.CONTENT_FAULT
    assert told in words(attempt, StepName.ASK_PAGE)
    assert (machine.changes("shop"), machine.changes("nginx")) == ([], [])


@pytest.mark.clause("P-10")
def test_a_page_that_is_right_on_the_server_itself_restarts_nothing(machine: Machine) -> None:
    machine.run("shop", HERE, BEHIND)
    machine.run("nginx", HERE, PORT)

    report = repaired(machine, asking("/app/", "Welcome"), SHOP).report

    assert (report.hold, report.changed) == (HoldReason.ANSWERS_LOCALLY, False)
