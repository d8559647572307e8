"""The cost meter scales what it measured by straight lines and prices it, and tells no goal kept
that is not.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bench.cost.bill import UnknownQuantityError, read_prices
from bench.cost.durations import Durations
from bench.cost.laws import fitted
from bench.cost.meter import Invocation
from bench.cost.relays import Carried
from bench.cost.report import lines_of
from bench.cost.requests import bucket_keys, usage_of
from bench.cost.starts import Starts
from bench.cost.template_parts import TemplateParts
from bench.cost.usage import Usage
from bench.cost.what_if import changed

WORKLOAD = yaml.safe_load((Path("bench/cost/workload.yaml")).read_text(encoding="utf-8"))
PRICES = read_prices()


def test_a_law_has_a_fixed_part_and_one_for_each() -> None:
    law = fitted([(10, Usage(reads=7.0)), (20, Usage(reads=12.0))])

    assert law.of(invocations=100, work=1_500) == pytest.approx({"reads": 100 * 2 + 1_500 * 0.5})


@pytest.mark.parametrize(("first", "second"), [(12.0, 7.0), (9.0, 9.0)])
def test_what_does_not_grow_is_its_mean(first: float, second: float) -> None:
    law = fitted([(10, Usage(reads=first)), (20, Usage(reads=second))])

    assert (law.fixed["reads"], law.each["reads"]) == ((first + second) / 2, 0.0)


def test_nothing_is_ever_given_back() -> None:
    law = fitted([(10, Usage(reads=1.0)), (20, Usage(reads=11.0))])

    assert law.fixed["reads"] == 0.0
    assert law.each["reads"] == pytest.approx(0.4)


def test_a_bill_is_quantities_times_prices_the_dearest_line_first() -> None:
    usage = Usage(dynamodb_write_units=1e6, step_transitions=1_000, s3_puts=1_000, s3_gets=1_000)

    assert PRICES.bill(usage) == pytest.approx(
        {"DynamoDB writes": 0.715, "Step Functions transitions": 0.025, "S3 requests": 0.00507}
    )
    assert next(iter(PRICES.bill(usage))) == "DynamoDB writes"


def test_what_has_no_price_is_not_free() -> None:
    with pytest.raises(UnknownQuantityError, match="crystal_balls has no price"):
        PRICES.bill(Usage(crystal_balls=1.0))


def test_what_is_free_is_told_apart_and_at_most_what_is_used() -> None:
    usage = Usage(step_transitions=5_000, transfer_out_gb=10)

    assert PRICES.free_of(usage) == pytest.approx(4_000 * 0.000025 + 10 * 0.114)
    assert PRICES.usd_of(usage) == pytest.approx(5_000 * 0.000025 + 10 * 0.114)


def test_every_price_says_where_it_is_looked_up() -> None:
    document = yaml.safe_load(Path("bench/cost/prices.yaml").read_text(encoding="utf-8"))

    assert {each["from"] for each in document["prices"].values()} == {"list", "other"}
    for each in document["prices"].values():
        assert each["source"].startswith("https://aws.amazon.com/")
        assert each["usd"] > 0
        assert each["read"]


def durations(memory: int) -> Durations:
    names = ("run-checks", "recheck")
    parts = TemplateParts(
        dict.fromkeys(names, memory),
        dict.fromkeys(names, "probe.recheck"),
        {"recheck"},
        {},
        Usage(),
    )
    return Durations(WORKLOAD, parts, Starts({"probe.recheck": 0.3}, {"s3": 0.1}))


def invocation(duty: str, **more: Any) -> Invocation:
    return Invocation(f"toban-{duty}", {}, **more)


def test_a_healthy_round_lasts_as_long_as_its_slowest_answer() -> None:
    idle = invocation("run-checks", answer={"observed": 400})

    assert durations(512).seconds(idle) == WORKLOAD["seconds"]["slowest_answer"]


def test_half_a_processor_takes_twice_as_long() -> None:
    full = WORKLOAD["processor"]["full_at_megabytes"]
    busy = invocation("run-checks", answer={}, cpu_seconds=0.1)

    whole, half = (durations(memory).seconds(busy) for memory in (full, full // 2))

    assert whole == pytest.approx(0.1 * WORKLOAD["processor"]["factor"])
    assert half == pytest.approx(2 * whole, rel=0.01)


def test_requests_and_timeouts_are_waited_for() -> None:
    seconds = WORKLOAD["seconds"]
    asked = invocation("recheck", requests=Usage(dynamodb=3, stepfunctions=1))
    without_tls = durations(10_000).seconds(asked)

    waited = 3 * seconds["dynamodb_request"] + seconds["other_request"] + seconds["timeout"]
    tls = 4 * WORKLOAD["processor"]["request_milliseconds"] / 1e3
    assert without_tls == pytest.approx(waited + tls * WORKLOAD["processor"]["factor"])


def test_paid_are_whole_milliseconds_of_the_memory_and_the_way_over_the_nat() -> None:
    asked = invocation("recheck", requests=Usage(dynamodb=3, stepfunctions=2))
    asked.usage.count("lambda_requests")

    paid = durations(512).paid(asked)

    milliseconds = paid["lambda_gb_seconds"] * 2 * 1e3
    assert milliseconds == pytest.approx(round(milliseconds))
    assert paid["lambda_requests"] == 1
    assert paid["nat_gb"] == pytest.approx(2 * WORKLOAD["octets_of_a_request"] / 1e9)


def test_a_cold_start_is_paid_with_the_clients_that_it_makes() -> None:
    seconds, full = {}, WORKLOAD["processor"]["full_at_megabytes"]
    for cold in (True, False):
        paid = durations(full).paid(invocation("recheck", requests=Usage(s3=2)), cold=cold)
        seconds[cold] = paid["lambda_gb_seconds"] * 1_024 / full

    started = (0.3 + 0.1) * WORKLOAD["processor"]["factor"]
    assert seconds[True] - seconds[False] == pytest.approx(started, abs=0.002)


def test_a_function_is_cold_and_without_the_key_of_a_bucket_once_in_an_incident() -> None:
    asked = [invocation("recheck", bucket_keys={"evidence PutObject"}) for _ in range(2)]
    asked += [invocation("run-checks", bucket_keys={"evidence PutObject"})]

    first, again, another = durations(512).from_cold(asked)

    assert [each["kms_requests"] for each in (first, again, another)] == [1, 0, 1]
    assert first["lambda_gb_seconds"] > again["lambda_gb_seconds"]


@pytest.mark.parametrize(("operation", "keys"), [("PutObject", 1), ("HeadObject", 0)])
def test_an_object_asks_for_its_buckets_key_only(operation: str, keys: int) -> None:
    request = {"Bucket": "evidence", "Key": "page.html", "Body": b""}

    assert len(bucket_keys("s3", operation, request)) == keys
    assert "kms_requests" not in usage_of("s3", operation, request)


def test_a_connection_carries_its_headers_too() -> None:
    carried = Carried()
    carried.connection()
    carried.stream(100, outward=True)
    carried.stream(3_000, outward=False)

    out, back = carried.take()

    opening_and_closing = 60 + 52 + 2 * 52, 60 + 2 * 52
    assert out == opening_and_closing[0] + (100 + 52) + 3 * 52
    assert back == opening_and_closing[1] + 52 + (3_000 + 3 * 52)
    assert carried.take() == (0, 0)


def test_a_missed_goal_is_told() -> None:
    one = {"servers": 1_000, "egress": "nat-instances", "lines": {}, "activities": {}}
    totals = {"usd_a_month": 90.0, "usd_a_server_month": 0.09, "free_usd_a_month": 1.0}
    document = {
        "region": "ap-northeast-1",
        "as_of": "2026-11-23",
        "installations": [one | totals],
        "incidents": {},
        "what_if": {},
        "marginal": 0.07,
        "whole": 0.09,
    }

    told = list(lines_of(document, {"marginal": 0.06, "whole": 0.10}))

    assert told[-2].endswith("MISSED")
    assert told[-1].endswith("reached")


def test_another_assumption_leaves_the_others_alone() -> None:
    other = changed(WORKLOAD, "seconds.slowest_answer", 5.0)

    assert other["seconds"] == {**WORKLOAD["seconds"], "slowest_answer": 5.0}
    assert WORKLOAD["seconds"]["slowest_answer"] != 5.0
    with pytest.raises(KeyError, match=r"no seconds\.patience"):
        changed(WORKLOAD, "seconds.patience", 1.0)
