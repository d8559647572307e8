"""EventBridge hands the events of a bucket to functions, which moto's own rules do not.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
"""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from moto.events.models import Rule

from infra.local.clock import isoformat
from infra.local.patches import Patches
from toban import clock

Fire = Callable[[str, str, Callable[[], None]], None]


def install(patches: Patches, fire: Fire) -> None:
    """Let rules start what they point at with `fire(arn, payload, done)`."""

    def send_to_targets(self: Any, original_event: Any, transform_input: bool = True) -> None:
        if self.event_pattern.matches_event(original_event):
            payload = json.dumps(_stamped(original_event))
            for target in self.targets:
                fire(target["Arn"], payload, _nothing)

    patches.replace(Rule, "send_to_targets", send_to_targets)


def _stamped(event: dict[str, Any]) -> dict[str, Any]:
    """Return the event in rule time, with an id of its own: moto gives all the same."""
    return {**event, "id": str(uuid4()), "time": isoformat(clock.now())}


def _nothing() -> None:
    """Nobody waits for the end of an event."""
