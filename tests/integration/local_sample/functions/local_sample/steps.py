"""The handlers of the sample."""

import os
import time
from typing import Any

import boto3
from aws_lambda_powertools import Logger

logger = Logger(service="sample", level="WARNING")

Event = dict[str, Any]


def _table() -> Any:
    return boto3.resource("dynamodb").Table(os.environ["SAMPLE_TABLE"])


def _count(note: str, item: str) -> int:
    answer = _table().update_item(
        Key={"note": note, "item": item},
        UpdateExpression="ADD seen :one",
        ExpressionAttributeValues={":one": 1},
        ReturnValues="UPDATED_NEW",
    )
    return int(answer["Attributes"]["seen"])


@logger.inject_lambda_context
def echo(event: Event, context: Any) -> Event:
    return {
        "event": event,
        "greeting": os.environ["SAMPLE_GREETING"],
        "function": context.function_name,
        "left": context.get_remaining_time_in_millis(),
    }


def fail(event: Event, context: Any) -> Event:
    """Fails `times` times under the name `item`."""
    seen = _count("fail", event["item"])
    if seen <= event["times"]:
        raise ValueError(f"failure {seen}")
    return {"seen": seen}


def sleep(event: Event, context: Any) -> Event:
    time.sleep(event["seconds"])
    return {"slept": event["seconds"]}


def hold(event: Event, context: Any) -> None:
    """Keeps a task token."""
    seen = _count("hold", event["item"])
    _table().put_item(
        Item={"note": f"token {event['item']}", "item": str(seen), "token": event["token"]}
    )


def note(event: Event, context: Any) -> Event:
    time.sleep(event.get("seconds", 0))
    item = event.get("item") or event["scheduled_at"]
    return {"seen": _count(event["note"], item)}


def mail(event: Event, context: Any) -> Event:
    raw = (
        f"From: toban@msp.example\r\nTo: {event['to']}\r\nSubject: =?utf-8?b?6K2m5aCx?=\r\n"
        f"Message-ID: <own@msp.example>\r\nX-Toban-Mail: {event['id']}\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n障害\r\n"
    )
    answer = boto3.client("sesv2").send_email(
        FromEmailAddress=event.get("from", os.environ["SAMPLE_SENDER"]),
        Destination={"ToAddresses": [event["to"]]},
        Content={"Raw": {"Data": raw.encode()}},
    )
    return {"message_id": answer["MessageId"]}
