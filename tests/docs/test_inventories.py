"""What the documents list is what there is."""

import re
from pathlib import Path

import pytest

from boundaries.store.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = [
    REPOSITORY / "README.md",
    REPOSITORY / "CONTRIBUTING.md",
    *sorted((REPOSITORY / "docs").rglob("*.md")),
]


def code_text() -> str:
    folders = ("gis", "boundaries", "api", "web_map/page/src")
    files = [
        f
        for folder in folders
        for f in (REPOSITORY / folder).rglob("*")
        if f.suffix in (".py", ".ts", ".tsx")
    ]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def test_every_glossary_word_is_used_in_the_code() -> None:
    rows = re.findall(
        r"^\| .+? \| .+? \| `(.+?)` \|", (REPOSITORY / "docs/glossary.md").read_text("utf-8"), re.M
    )
    assert len(rows) > 25
    text = code_text()
    assert [word for word in rows if word not in text] == []


def test_no_domain_word_stands_in_the_glossary_twice() -> None:
    rows = re.findall(
        r"^\| (.+?) \| .+? \| `(.+?)` \|", (REPOSITORY / "docs/glossary.md").read_text("utf-8"), re.M
    )
    chinese = [row[0] for row in rows]
    code = [row[1] for row in rows]
    assert len(set(chinese)) == len(chinese)
    assert len(set(code)) == len(code)


def test_every_setting_is_documented() -> None:
    text = (REPOSITORY / "docs/settings.md").read_text("utf-8")
    named = set(re.findall(r"`(YIWANG_[A-Z_]+)`", text))
    assert named == {f"YIWANG_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("document", DOCS, ids=lambda p: str(p.relative_to(REPOSITORY)))
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text("utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_locks_name_no_address_and_hash_everything() -> None:
    for name in ("requirements.lock", "requirements-bench.lock"):
        text = (REPOSITORY / name).read_text("utf-8")
        assert "://" not in text
        pins = re.findall(r"^[a-z0-9][^\s=]*==.*(?:\\\n +--hash=sha256:[0-9a-f]{64} ?)+", text, re.M)
        assert len(pins) == len(re.findall(r"^[a-z0-9]\S*==", text, re.M)) > 0
    for folder in ("page", "report", "types"):
        assert "resolved" not in (REPOSITORY / f"web_map/{folder}/package-lock.json").read_text("utf-8")
