"""The one logger, and the figures that become metrics. The logger writes for operators: what was
decided about which incident, never evidence or secrets.
"""

from aws_lambda_powertools import Logger

from toban.settings import stack

NAMESPACE = "toban"

logger = Logger(service="toban", log_uncaught_exceptions=True)


def measure(**figures: float) -> None:
    """Let each figure be a value of the stack's metric of that name: one line of the log, from
    which CloudWatch takes it (embedded metric format).

    A metric costs 0.30 USD a month, so its name is a literal and it has no dimension but the stack.
    """
    from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit  # no round needs it

    metrics = EphemeralMetrics(namespace=NAMESPACE, service=stack())
    for name, value in figures.items():
        metrics.add_metric(name, MetricUnit.Count, value)
    metrics.flush_metrics()
