"""What databases, caches, pages and certificates tell, and what follows for a restart."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toban.domain.certificate import Shown, newer
from toban.domain.check import HttpQuestion
from toban.domain.database import damage, is_crowded, is_recovering
from toban.domain.page import PageFault, judge_page
from toban.domain.repair import HoldReason
from toban.domain.runbook import hold_for_cache, keeps_data

NOW = datetime(2026, 11, 23, tzinfo=UTC)
MARIADB = "[Note] InnoDB: Starting crash recovery from checkpoint LSN=46846\n"
POSTGRESQL = "LOG:  database system was not properly shut down; automatic recovery in progress\n"


@pytest.mark.clause("P-10")
@pytest.mark.parametrize(
    "line",
    [
        "[ERROR] mysqld: Table './shop/orders' is marked as crashed and should be repaired",
        "[ERROR] InnoDB: Database page corruption on disk or a failed file read of page",
        "PANIC:  could not locate a valid checkpoint record",
        'ERROR:  invalid page in block 3 of relation "base/16384/16385"',
        "Index for table './shop/orders.MYI' is corrupt; try to repair it",
    ],
)
def test_damaged_data_is_recognised_in_the_words_of_each_database(line: str) -> None:
    assert damage(f"[Note] Aria engine: recovery done\n{line}\n") == line


def test_an_ordinary_start_tells_of_no_damage() -> None:
    assert (
        damage("[Note] Starting table crash recovery...\n[Note] Crash table recovery finished.")
        == ""
    )


@pytest.mark.parametrize("log", [MARIADB, POSTGRESQL])
def test_a_recovery_is_under_way_until_the_database_is_ready(log: str) -> None:
    assert is_recovering(log)
    assert not is_recovering(f"{log}[Note] mariadbd: ready for connections.\n")
    assert not is_recovering(f"{log}LOG:  database system is ready to accept connections\n")
    assert is_recovering(f"mariadbd: ready for connections.\n{log}")


@pytest.mark.parametrize(
    "said",
    [
        "error: 'Too many connections'",
        "FATAL:  sorry, too many clients already",
        "FATAL:  remaining connection slots are reserved for superuser connections",
    ],
)
def test_a_database_without_connections_left_is_recognised(said: str) -> None:
    assert is_crowded(said)
    assert not is_crowded("mysqld is alive")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("-MISCONF Redis is configured to save RDB snapshots", HoldReason.REFUSES_WRITES),
        ("-OOM command not allowed when used memory > 'maxmemory'.", HoldReason.REFUSES_WRITES),
        ("-LOADING Redis is loading the dataset in memory", HoldReason.STILL_LOADING),
        ("", HoldReason.NONE),
        ("+PONG", HoldReason.NONE),
    ],
)
def test_a_redis_that_names_its_trouble_is_not_restarted(said: str, expected: HoldReason) -> None:
    assert hold_for_cache(said) is expected


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("read /etc/redis/redis.conf\nsave 900 1", True),
        ("read /etc/redis/redis.conf", True),
        ('read /etc/redis/redis.conf\nsave ""\nappendonly yes', True),
        ('read /etc/redis/redis.conf\nsave ""\nappendonly no', False),
        ('read /etc/redis/redis.conf\nsave ""\nsave 60 1', True),
        ('read /etc/redis/redis.conf\nsave 900 1\nsave ""', False),
        ("", False),
        ("sudo: a password is required", False),
    ],
)
def test_whether_a_redis_keeps_its_data_is_read_as_redis_reads_it(
    config: str, expected: bool
) -> None:
    assert keeps_data(config) is expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (0, PageFault.SILENT),
        (200, PageFault.NONE),
        (502, PageFault.UPSTREAM),
        (503, PageFault.UPSTREAM),
        (504, PageFault.UPSTREAM),
        (500, PageFault.CONTENT),
        (404, PageFault.CONTENT),
    ],
)
def test_the_layer_that_failed_follows_from_the_status(status: int, expected: PageFault) -> None:
    assert judge_page(HttpQuestion(), status, "") is expected


def test_a_good_status_without_the_expected_text_is_the_fault_of_the_content() -> None:
    wanted, forbidden = HttpQuestion(must_contain="Sale"), HttpQuestion(must_not_contain="Error")

    assert judge_page(wanted, 200, "Welcome") is PageFault.CONTENT
    assert judge_page(wanted, 200, "Big Sale") is PageFault.NONE
    assert judge_page(forbidden, 200, "Error establishing") is PageFault.CONTENT


def shown(place: str, days: int, *, matches: bool = True) -> Shown:
    return Shown(place, f"{place}{days}", NOW + timedelta(days=days), matches)


def test_the_latest_certificate_of_the_same_name_is_the_one_to_bring_into_use() -> None:
    files = [shown("a", 30), shown("b", 90), shown("c", 300, matches=False)]

    assert newer(shown("", 2), files) == files[1]


@given(st.integers(min_value=-400, max_value=400))
def test_a_certificate_that_does_not_end_later_is_never_brought_into_use(days: int) -> None:
    found = newer(shown("", days), [shown("file", days), shown("old", days - 1)])

    assert found is None


def test_what_shows_no_certificate_is_not_reloaded_for_one() -> None:
    assert newer(None, [shown("a", 90)]) is None
