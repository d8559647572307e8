"""What the benches have measured, kept together in out/bench.json."""

import json
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "out" / "bench.json"


def keep(documents: Mapping[str, object]) -> None:
    """Write the documents under their keys; what other benches have written there stays."""
    RESULTS.parent.mkdir(exist_ok=True)
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    RESULTS.write_text(json.dumps({**kept, **documents}, indent=2) + "\n", encoding="utf-8")
