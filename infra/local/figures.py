"""What functions measure. On AWS a line of the log becomes values of metrics; here they go to the
local CloudWatch, at rule time, where any AWS client finds them.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import (
    AmazonCloudWatchEMFProvider,
)

from infra.local.patches import Patches
from toban.clients import client


def install(patches: Patches, now: Callable[[], datetime]) -> None:
    """Keep figures from the standard output, which belongs to whoever started the system."""

    def flush_metrics(self: Any, raise_on_empty_metrics: bool = False) -> None:
        line: Any = self.serialize_metric_set()
        (told,) = line["_aws"]["CloudWatchMetrics"]
        (names,) = told["Dimensions"]
        dimensions = [{"Name": name, "Value": line[name]} for name in names]
        values = [
            {
                "MetricName": each["Name"],
                "Dimensions": dimensions,
                "Timestamp": now(),
                "Values": line[each["Name"]],
                "Unit": each["Unit"],
            }
            for each in told["Metrics"]
        ]
        client("cloudwatch").put_metric_data(Namespace=told["Namespace"], MetricData=values)

    patches.replace(AmazonCloudWatchEMFProvider, "flush_metrics", flush_metrics)
