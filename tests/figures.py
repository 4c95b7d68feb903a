"""What the long campaigns measured, one file each, from which `./run bench reliability` makes the table."""

import json
from pathlib import Path
from typing import Any

from benchmarks.measuring import circumstances

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reliability"


def keep(name: str, **figures: Any) -> None:
    """Write down what a campaign found, with the machine, its load, the commit and the day."""
    FOLDER.mkdir(exist_ok=True)
    told = {"circumstances": circumstances(), **figures}
    (FOLDER / f"{name}.json").write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", "utf-8")
    print(name, told, flush=True)
