"""The page that the canary's monitors look at: it fails by plan, in the minutes of the day that are
the canary's, and tells nothing.
"""

from typing import Any

from toban import clock
from toban.domain.canary import Route, is_down

_STATUS = {False: 200, True: 503}


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take a request of the function's URL, whose path ends with the route; anybody may ask."""
    name = event["rawPath"].rpartition("/")[2]
    if name not in set(Route):
        return {"statusCode": 404}
    return {"statusCode": _STATUS[is_down(Route(name), clock.now())]}
