"""The one logger. It writes for operators: what was decided about which incident, never evidence or
secrets.
"""

from aws_lambda_powertools import Logger

logger = Logger(service="toban", log_uncaught_exceptions=True)
