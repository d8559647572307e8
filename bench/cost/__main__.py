"""Measures, prices and prints; writes out/cost.json: `make cost`."""

import json
import logging
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from bench.cost.bill import read_prices
from bench.cost.measured import measure, say
from bench.cost.report import lines_of
from bench.cost.template_parts import template_parts
from bench.cost.what_if import Trial
from infra.local.system import REGION
from toban.observability import logger

ROOT = Path(__file__).parents[2]
OUT = ROOT / "out" / "cost.json"
WORKLOAD = Path(__file__).with_name("workload.yaml")


def read_workload() -> dict[str, Any]:
    """Return what is assumed."""
    return dict(yaml.safe_load(WORKLOAD.read_text(encoding="utf-8")))


def main() -> int:
    """Return 0; a goal that is missed is told and is no error."""
    os.environ["AWS_DEFAULT_REGION"] = REGION
    _be_quiet()
    workload = read_workload()
    with tempfile.TemporaryDirectory(prefix="toban-cost-") as name:
        folder = Path(name)
        measured = measure(workload, folder, say)
        (folder / "plans").mkdir()
        trial = Trial(measured, template_parts(), read_prices(), folder / "plans")
        document = trial.costs(workload).document()
        document["what_if"] = dict(trial.what_if(workload))
    document["octets_of_a_probe"] = measured.octets
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(lines_of(document, workload["goals"])) + "\n")
    return 0


def _be_quiet() -> None:
    """Lines that functions log are counted, not shown; our own faults are."""
    sys.excepthook = sys.__excepthook__
    logging.getLogger("samtranslator").setLevel(logging.CRITICAL)
    for handler in logging.getLogger(logger.service).handlers:
        handler.setLevel(logging.CRITICAL)


if __name__ == "__main__":
    sys.exit(main())
