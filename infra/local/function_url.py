"""The URL of a function at the endpoint of the local system: a request becomes the event that AWS
makes of it.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html (payload format 2.0)
"""

from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.wrappers import Request, Response

from infra.local.runtime import HandlerError

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]
Invoke = Callable[[dict[str, Any]], Any]


def by_name(invoke: Callable[[str, dict[str, Any]], Any]) -> Invoke:
    """Return what answers <before>/<function>/<path> as that function's own URL answers /<path>."""

    def answer(event: dict[str, Any]) -> Any:
        _, _, name, path = event["rawPath"].split("/", 3)
        return invoke(name, {**event, "rawPath": f"/{path}"})

    return answer


class FunctionUrl:
    """Answers the paths that begin with `before` through a function, all others through `rest`."""

    def __init__(self, before: str, invoke: Invoke, rest: Wsgi) -> None:
        self._before, self._invoke, self._rest = before, invoke, rest

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        if not str(environ.get("PATH_INFO", "")).startswith(self._before):
            return self._rest(environ, start_response)
        try:
            answer = _response(self._invoke(_event(Request(environ))))
        except HandlerError:
            answer = Response("Internal Server Error", status=502)
        return answer(environ, start_response)


def _event(request: Request) -> dict[str, Any]:
    # a name that comes twice has its values joined by commas
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True):
        query.setdefault(name, []).append(value)
    event: dict[str, Any] = {
        "version": "2.0",
        "rawPath": request.path,
        "rawQueryString": request.query_string.decode("latin-1"),
        "headers": dict(_headers(request)),
        "requestContext": {"http": {"method": request.method, "path": request.path}},
        "isBase64Encoded": False,
    }
    joined = {name: ",".join(values) for name, values in query.items()}
    return {**event, "queryStringParameters": joined} if joined else event


def _headers(request: Request) -> Iterator[tuple[str, str]]:
    return ((name.lower(), value) for name, value in request.headers.items())


def _response(answer: dict[str, Any]) -> Response:
    body = answer.get("body", "")
    octets = b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    return Response(octets, answer["statusCode"], answer.get("headers", {}))
