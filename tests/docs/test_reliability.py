"""The page of reliability is made by its script, and every file of figures has its row."""

from benchmarks import reliability
from tests.figures import FOLDER


def test_the_page_is_what_the_figures_give() -> None:
    assert reliability.TARGET.read_text("utf-8") == reliability.page(), "./run bench reliability table"


def test_every_file_of_figures_is_told() -> None:
    assert {file.stem for file in FOLDER.glob("*.json")} <= {row[0] for row in reliability.ROWS}
