"""The page of reliability is made by its script, and every file of figures has its row."""

import json
from pathlib import Path

import pytest

from benchmarks import reliability
from tests.figures import FOLDER


def test_the_page_is_what_the_figures_give() -> None:
    assert reliability.TARGET.read_text("utf-8") == reliability.page(), "./run bench reliability table"


def test_every_file_of_figures_is_told() -> None:
    told = {row[0] for row in reliability.ROWS} | set(reliability.PUBLICATIONS)
    assert {file.stem for file in FOLDER.glob("*.json")} <= told


def test_the_parts_of_a_campaign_are_told_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, kills in zip(reliability.PUBLICATIONS[:2], (50, 30), strict=True):
        figures = {
            **dict.fromkeys(("acknowledged", "publications", "reads", "came_through", "after_commit"), 5),
            "circumstances": "a machine",
            "kills": kills,
            "of_postgres": 30,
            "unanswered": kills - 10,
            "faults": [],
        }
        (tmp_path / f"{name}.json").write_text(json.dumps(figures), "utf-8")
    monkeypatch.setattr(reliability, "FOLDER", tmp_path)
    page = reliability.page()
    assert "80 kills (60 postgres, 20 application), 60 of them (75%) while a write was unanswered" in page
    assert "a machine; 2 of 4 parts" in page
