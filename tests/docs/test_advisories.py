"""An advisory service that said nothing is not taken for one that found nothing."""

import json
from pathlib import Path

import pytest

from tests.advisories import main

ASKED = {"name": "a", "version": "1", "vulns": []}
WEAK = {"name": "b", "version": "2", "vulns": [{"id": "PYSEC-1"}]}
SKIPPED = {"name": "c", "skip_reason": "not found"}
NPM = {"auditReportVersion": 2, "vulnerabilities": {}, "metadata": {"dependencies": {"total": 7}}}


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        ({"dependencies": [ASKED]}, 0, "x: 0 known weaknesses in 1 packages"),
        ({"dependencies": [ASKED, WEAK]}, 1, "b 2: PYSEC-1"),
        ({"dependencies": [ASKED, SKIPPED]}, 2, "NOT ASKED about 1 of 2 (not found)"),
        ({"dependencies": [SKIPPED]}, 2, "0 known weaknesses in 0 packages; NOT ASKED about 1 of 1"),
        (NPM, 0, "0 known weaknesses in 7 packages"),
        ({**NPM, "vulnerabilities": {"d": {"range": "<2", "severity": "high"}}}, 1, "d <2: high"),
        ({"message": "405 Method Not Allowed"}, 2, "NOT ASKED, the advisory service gave no answer (405"),
        ({"error": {"code": "ENOAUDIT", "summary": "no endpoint"}}, 2, "(no endpoint)"),
        ("", 2, "(no answer)"),
    ],
)
def test_each_answer_has_its_sentence_and_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], answer: object, status: int, said: str
) -> None:
    file = tmp_path / "answer.json"
    file.write_text(answer if isinstance(answer, str) else json.dumps(answer))
    assert main([f"x={file}"]) == status
    assert said in capsys.readouterr().out
