"""Requests for graphs as a function URL hands them over, and what comes back."""

import gzip
from base64 import b64decode
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import boto3

from graphs.serve_graphs import handler

ADDRESS = "https://graphs.msp.example"


def give_address() -> None:
    """Store the address of the graphs as the template does."""
    boto3.client("ssm").put_parameter(
        Name="/toban/graph.links/toban/address", Value=f"{ADDRESS}/", Type="String"
    )


def get(url: str, method: str = "GET", **headers: str) -> dict[str, Any]:
    parts = urlsplit(url)
    event = {
        "version": "2.0",
        "rawPath": parts.path,
        "rawQueryString": parts.query,
        "headers": {name.replace("_", "-"): value for name, value in headers.items()},
        "requestContext": {"http": {"method": method, "path": parts.path}},
        "isBase64Encoded": False,
    }
    if parts.query:
        event["queryStringParameters"] = dict(parse_qsl(parts.query, keep_blank_values=True))
    return handler(event, None)


def text(answer: dict[str, Any]) -> str:
    body = answer["body"]
    return gzip.decompress(b64decode(body)).decode() if answer["isBase64Encoded"] else str(body)
