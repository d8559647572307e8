"""The page of figures is what CloudWatch takes, and shows only what somebody publishes."""

import json
import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest

from tests.template.documents import read, resources
from tests.template.metrics import MOST_OF_OUR_OWN, exists, is_published, measured_in, of_our_own
from tests.template.test_alarms import alarms, name_of

COLUMNS, MOST_WIDGETS, MOST_METRICS = 24, 500, 500
WIDGET = {"type", "x", "y", "width", "height", "properties"}
PROPERTIES = {
    "text": ({"markdown"}, {"background"}),
    "alarm": ({"alarms"}, {"title", "sortBy", "states"}),
    "metric": (
        {"metrics", "region"},
        {"title", "view", "stat", "period", "annotations", "yAxis", "stacked", "legend"},
    ),
}
"""By kind of widget what it must and what it may have.

Source: CloudWatch API reference, dashboard body structure and syntax.
"""
VIEWS = {"timeSeries", "singleValue", "bar", "pie", "gauge", "table"}
STATISTIC = re.compile(r"Sum|Average|Minimum|Maximum|SampleCount|p\d{1,2}(\.\d+)?")
OPTIONS = {"label", "stat", "yAxis", "id", "expression", "period", "visible", "color"}

Widget = dict[str, Any]


def body() -> dict[str, Any]:
    (dashboard,) = resources(read("infra/dashboard.yaml"), "AWS::CloudWatch::Dashboard").values()
    text, _ = dashboard["DashboardBody"]["Fn::Sub"]
    return dict(json.loads(text.replace("${!", "${")))


def variables() -> set[str]:
    document = read("infra/dashboard.yaml")
    (dashboard,) = resources(document, "AWS::CloudWatch::Dashboard").values()
    _, given = dashboard["DashboardBody"]["Fn::Sub"]
    return {*given, *document["Parameters"], "AWS::Region"}


def widgets() -> list[Widget]:
    return list(body()["widgets"])


def of_kind(kind: str) -> list[Widget]:
    return [each["properties"] for each in widgets() if each["type"] == kind]


def lines() -> Iterator[tuple[list[str], dict[str, Any]]]:
    """Yield every line of every graph: its strings, and its options."""
    for graph in of_kind("metric"):
        for line in graph["metrics"]:
            options = line[-1] if isinstance(line[-1], dict) else {}
            yield [each for each in line if isinstance(each, str)], options


def test_a_widget_has_what_its_kind_must_have_and_nothing_that_is_unknown() -> None:
    assert body().keys() == {"start", "widgets"}
    assert 0 < len(widgets()) <= MOST_WIDGETS
    for widget in widgets():
        must, may = PROPERTIES[widget["type"]]
        assert widget.keys() == WIDGET
        assert must <= widget["properties"].keys() <= must | may, widget


def test_widgets_lie_on_the_grid_and_none_on_another() -> None:
    for widget in widgets():
        assert 0 <= widget["x"] < widget["x"] + widget["width"] <= COLUMNS
        assert widget["y"] >= 0 < widget["height"]
    for one, other in combinations(widgets(), 2):
        beside = _apart(one, other, "x", "width")
        assert beside or _apart(one, other, "y", "height"), (one, other)


def _apart(one: Widget, other: Widget, place: str, size: str) -> bool:
    ends = one[place] + one[size], other[place] + other[size]
    return bool(ends[0] <= other[place] or ends[1] <= one[place])


def test_graphs_ask_for_views_statistics_and_periods_that_there_are() -> None:
    for graph in of_kind("metric"):
        assert graph["view"] in VIEWS
        assert graph["period"] % 60 == 0
        assert 0 < len(graph["metrics"]) <= MOST_METRICS
        assert STATISTIC.fullmatch(graph["stat"])
    for _, options in lines():
        assert options.keys() <= OPTIONS
        assert STATISTIC.fullmatch(options.get("stat", "Sum"))


def test_every_line_is_a_metric_that_somebody_publishes_for_something_that_is_there() -> None:
    for strings, options in lines():
        if "expression" in options:
            continue
        namespace, metric, *dimensions = strings
        named = dict(zip(dimensions[::2], dimensions[1::2], strict=True))
        assert is_published(namespace, metric, set(named)), strings
        assert [each for each in named.items() if not exists(*each)] == [], strings


def test_what_is_searched_for_is_published_too() -> None:
    for _, options in lines():
        for namespace, dimension, metric in re.findall(
            r'SEARCH\(\'\{(\S+?),(\w+)\} MetricName="(\w+)"', options.get("expression", "")
        ):
            assert is_published(namespace, metric, {dimension})


def test_all_alarms_are_seen_at_once_and_first() -> None:
    first = min(widgets(), key=lambda each: (each["y"], each["x"]))
    assert first["type"] == "alarm"
    shown = [each.removeprefix("${Alarm}-") for each in first["properties"]["alarms"]]
    assert sorted(shown) == sorted(name_of(each) for each in alarms().values())


def test_only_what_is_given_is_filled_in() -> None:
    text, _ = read("infra/dashboard.yaml")["Resources"]["Dashboard"]["Properties"]["DashboardBody"][
        "Fn::Sub"
    ]
    assert set(re.findall(r"\$\{([^!}][^}]*)\}", text)) == variables()


@pytest.mark.parametrize("logical_id", alarms())
def test_an_alarm_watches_a_metric_that_somebody_publishes_for_something_that_is_there(
    logical_id: str,
) -> None:
    for metric in _metrics_of(alarms()[logical_id]):
        named = {each["Name"]: _written(each["Value"]) for each in metric.get("Dimensions", [])}
        assert is_published(metric["Namespace"], metric["MetricName"], set(named))
        assert [each for each in named.items() if not exists(*each)] == []


def _metrics_of(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    if "Metrics" not in alarm:
        return [alarm]
    parts = [_if_any(each) for each in alarm["Metrics"]]
    return [each["MetricStat"]["Metric"] for each in parts if "MetricStat" in each]


def _if_any(part: dict[str, Any]) -> dict[str, Any]:
    """Return what stands under a condition as if it held."""
    return dict(part["Fn::If"][1]) if "Fn::If" in part else part


def _written(value: dict[str, str]) -> str:
    return value.get("Fn::Sub", f"${{{value.get('Ref', '')}}}").replace("${Name}", "", 1)


def test_our_own_metrics_are_few_and_each_is_shown_or_watched() -> None:
    shown = {strings[1] for strings, _ in lines() if strings and strings[0] == "toban"}
    watched = {each["MetricName"] for each in alarms().values() if each.get("Namespace") == "toban"}
    assert len(of_our_own()) <= MOST_OF_OUR_OWN
    assert of_our_own() == shown | watched


def test_a_figure_is_found_by_its_keyword() -> None:
    assert list(measured_in("measure(Late=1, Down=len(x))")) == ["Late", "Down"]
