"""What campaigns measured, one file each, from which `./run bench reliability` makes the table."""

import json
import os
from pathlib import Path
from typing import Any

from benchmarks.measuring import circumstances

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reliability"
ASKED = "KEEP_FIGURES"


def keep(name: str, **figures: Any) -> None:
    """Write down what a campaign found, with the machine, its load, the commit and the day.

    Only where it was asked for, as `./run soak` and `./run bench reliability` do: tests leave no files.
    """
    told = {"circumstances": circumstances(), **figures}
    print(name, told, flush=True)
    if os.environ.get(ASKED):
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / f"{name}.json").write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", "utf-8")
