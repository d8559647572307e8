"""What goes back to the browser, as a function URL takes it.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html (payload format 2.0). An answer
may have 6 MB: pages have 0.1 MB compressed (docs/decisions/0116).
"""

import gzip
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

ALWAYS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex, nofollow",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "strict-transport-security": "max-age=31536000",
    "vary": "accept-encoding",
}
"""The token stands in the address: nothing may pass that on, or keep what it shows."""

_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def page(
    html: str, gzipped: bool, *, status: int = 200, style: str = "", script: str = ""
) -> dict[str, Any]:
    """Return a page whose one style and one script are these, and that may ask for nothing else."""
    allowed = [_NOTHING, "img-src data:"]
    allowed += [f"style-src {_digest(style)}"] if style else []
    allowed += [f"script-src {_digest(script)}"] if script else []
    headers = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": "; ".join(allowed),
    }
    return _answer(status, headers, html, gzipped)


def download(csv: str, name: str, gzipped: bool) -> dict[str, Any]:
    """Return a table that is saved under the name, which has letters, digits, dots and hyphens."""
    headers = {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": f'attachment; filename="{name}"',
        "content-security-policy": f"{_NOTHING}; sandbox",
    }
    return _answer(200, headers, csv, gzipped)


def without_body(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer to HEAD."""
    return {**answer, "body": "", "isBase64Encoded": False}


def _answer(status: int, headers: Mapping[str, str], text: str, gzipped: bool) -> dict[str, Any]:
    body, told = text, {**ALWAYS, **headers}
    if gzipped:
        body = b64encode(gzip.compress(text.encode(), compresslevel=6, mtime=0)).decode()
        told["content-encoding"] = "gzip"
    return {"statusCode": status, "headers": told, "body": body, "isBase64Encoded": gzipped}


def _digest(text: str) -> str:
    """Return a source expression (CSP level 3, section 2.3.1)."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
