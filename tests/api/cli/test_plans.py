"""`yiwang plan`: a planner can do everything without the page."""

import json
from pathlib import Path

import geopandas as gpd
import pytest
from click.testing import Result
from typer.testing import CliRunner

from api import accounts
from api.cli import app
from boundaries.land.plans.refusals import TwoPeopleNeeded
from boundaries.store.database import Database
from tests.boundaries.land.plans import drawn
from tests.boundaries.land.plans.drawn import A1, A2, A3, line
from tests.boundaries.towns import A

pytestmark = pytest.mark.usefixtures("reached")


@pytest.fixture(scope="module", autouse=True)
def _town(database: Database) -> None:
    with database.transaction() as session:
        drawn.town(session)
        for role in ("planner", "reviewer", "approver", "administrator"):
            accounts.put(session, name=role, password="correct horse", role=role, datum=None, area=None)


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, ["plan", *arguments], input=stdin)


def told(*arguments: str, stdin: str | None = None) -> str:
    result = run(*arguments, stdin=stdin)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def test_a_plan_is_drawn_and_published_from_the_command_line(tmp_path: Path) -> None:
    code = told("create", "北拆分", "--scope", A, "--as", "administrator").strip()
    split = json.dumps({"grid": A1, "line": line((-1, 7.5), (5, 7.5)), "keep": "right"})
    assert f"{A}005" in told("edit", code, "split", "--as", "planner", stdin=split)
    told("undo", code, "--as", "planner")
    assert "(undone)" in told("show", code)
    told("redo", code, "--as", "planner")
    told("rebase", code, "--as", "planner")
    assert json.loads(told("diff", code))["totals"]["new"] == 1
    told("diff", code, "--format", "csv", "--out", str(tmp_path / "diff.csv"))
    assert f"{A}005" in (tmp_path / "diff.csv").read_text("utf-8-sig")
    told("step", code, "submit", "--as", "planner")
    own = run("step", code, "review", "--as", "administrator")
    assert own.exit_code != 0 and isinstance(own.exception, TwoPeopleNeeded)
    told("step", code, "review", "--as", "reviewer", "--note", "好")
    told("step", code, "approve", "--as", "approver")
    remark = told("comment", code, "请核对", "--grid", A1, "--as", "reviewer").strip()
    told("settle", code, remark, "--as", "planner")
    assert "settled by planner" in told("show", code)
    assert "net version 2" in told(
        "publish", code, "--as", "approver", "--filing", "备3号", "--effective-from", "2099-01-01"
    )
    assert "published" in told("list")
    told("file", code, "备4号", "--on", "2026-03-01", "--as", "approver")
    assert "备案 备4号" in told("show", code)
    notice = told("notices", "--area", A)
    assert f"new {A}005" in notice and notice.startswith(
        "2099-01-01 00:00\t"
    )  # as the district's clock shows
    back = told("revert", code, "--as", "planner").strip()
    assert "restore" in told("show", back)
    assert run("revert", back, "--as", "planner").exit_code != 0
    former = told("create", "回", "--scope", A, "--restore", "2099-01-02", "--as", "planner").strip()
    assert run("revert", former, "--as", "planner").exit_code != 0


def test_the_net_of_a_day_is_written_and_days_are_compared(tmp_path: Path) -> None:
    """After the publication above, of which nothing is in force before 2099."""
    for day, count in (("2026-06-01", 7), ("2099-06-01T00:00:00+08:00", 8)):
        out = tmp_path / f"{count}.gpkg"
        result = CliRunner().invoke(app, ["net", "as-of", day, "--out", str(out)])
        assert result.exit_code == 0, (result.output, result.exception)
        frame = gpd.read_file(out)
        assert (len(frame), frame.crs.to_epsg()) == (count, 4326)
    days = ["2026-06-01", "2099-06-01"]
    result = CliRunner().invoke(app, ["net", "compare", *days])
    assert result.exit_code == 0, (result.output, result.exception)
    assert json.loads(result.output)["totals"]["new"] == 1
    for sides in (["2026-06-01", "P00001"], ["P00001", "2026-06-01"], ["P00001", "P00002"]):
        result = CliRunner().invoke(app, ["net", "compare", *sides])
        assert result.exit_code == 0, (result.output, result.exception)
        found = json.loads(result.output)
        named = [code if code.startswith("P") else None for code in sides]
        assert [found["plan_before"], found["plan"]] == named
        assert (found["totals"]["new"], found["totals"]["retired"]) == (
            (1, 0) if named[0] is None else (0, 1)
        )
    assert CliRunner().invoke(app, ["net", "compare", "P99999", "2026-06-01"]).exit_code != 0
    book = tmp_path / "compared.xlsx"
    assert (
        CliRunner().invoke(app, ["net", "compare", *days, "--format", "xlsx", "--out", str(book)]).exit_code
        == 0
    )
    assert book.read_bytes()[:2] == b"PK"
    assert CliRunner().invoke(app, ["net", "as-of", "3 May", "--out", str(book)]).exit_code == 2


def test_a_refused_edit_is_one_sentence_with_its_place() -> None:
    code = told("create", "错", "--scope", A, "--as", "planner").strip()
    missed = run(
        "edit", code, "split", json.dumps({"grid": A2, "line": line((6, 6), (7, 7))}), "--as", "planner"
    )
    assert missed.exit_code == 1
    assert "does not lead from border to border" in missed.output and "POINT" in missed.output
    unknown = run("edit", code, "explode", "{}", "--as", "planner")
    assert str(unknown.exception).startswith("edit: operation 'explode' is none of split, ")
    for arguments in (("edit", code, "split", "no json"), ("step", code, "explode")):
        assert run(*arguments, "--as", "planner").exit_code == 2


def test_a_preview_tells_the_figures_of_an_edit_and_writes_nothing(tmp_path: Path) -> None:
    code = told("create", "试", "--scope", A, "--as", "planner").strip()
    split = json.dumps({"grid": A2, "line": line((4.5, 7.5), (10.5, 7.5))})
    out = tmp_path / "preview.geojson"
    shown = told("preview", code, "split", split, "--as", "planner", "--out", str(out))
    rows = dict(row.split("\t") for row in shown.splitlines() if "\t" in row)
    assert set(rows) >= {A2, "*1"} and rows["*1"].startswith("none → ")
    before, after = rows[A2].split(" → ")
    assert float(after.split(" m²")[0]) < float(before.split(" m²")[0])
    assert set(gpd.read_file(out)["code"]) == {A2, "*1"}
    assert "\t0 edits" in told("show", code)
    missed = json.dumps({"grid": A2, "line": line((6, 6), (7, 7))})
    refused = run("preview", code, "split", missed, "--as", "planner")
    assert refused.exit_code == 1 and "POINT" in refused.stderr
    told("edit", code, "split", split, "--as", "planner")
    made = told("show", code).split("split\t")[1].split("\t")[0].split()
    assert A2 in made and not any("*" in each for each in made)  # the real edit takes real codes


def test_the_net_of_a_plan_is_written_and_its_problems_are_told(tmp_path: Path) -> None:
    code = told("create", "图", "--scope", A, "--as", "planner").strip()
    out = tmp_path / "net.gpkg"
    assert "grids, 0 of them changed" in told("net", code, "--out", str(out))
    count = len(gpd.read_file(out))  # four, or five after the publication of the first test
    split = json.dumps({"grid": A2, "line": line((4.5, 7.5), (10.5, 7.5))})
    told("edit", code, "split", split, "--as", "planner")
    told("net", code, "--out", str(out))
    frame = gpd.read_file(out)
    assert (len(frame), frame.crs.to_epsg(), int(frame["changed"].sum())) == (count + 1, 4326, 2)
    assert {"households", "area_m2", "least", "most", "community"} <= set(frame.columns)
    listed = told("problems", code)  # nothing of it blocks
    (vacant,) = [row for row in listed.splitlines() if "vacant-leader" in row]
    (new,) = set(frame.loc[frame["changed"].astype(bool), "code"]) - {A2}
    assert vacant.split("\t")[:3] == ["warning", "vacant-leader", new]
    thin = json.dumps({"grid": A3, "line": line((-1, 0.001), (6, 0.001))})  # 0.1 × 450 m
    told("edit", code, "split", thin, "--as", "planner")
    blocked = run("problems", code)
    assert blocked.exit_code == 1
    assert any(row.startswith("blocks\ttoo-small\t") for row in blocked.output.splitlines())
    told("step", code, "withdraw", "--as", "planner")


def test_a_plan_follows_the_lines_of_a_file_and_lists_buildings(tmp_path: Path) -> None:
    code = told("create", "参照", "--scope", A, "--as", "planner").strip()
    file = tmp_path / "survey.geojson"
    feature = {"type": "Feature", "properties": {}, "geometry": line((4, 7.4), (7, 7.6), (11, 7.4))}
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    told("guide", code, "--file", str(file), "--to", "building", "--tolerance-m", "30", "--as", "planner")
    rough = json.dumps({"grid": A2, "line": line((4.5, 7.5), (7, 7.5), (10.5, 7.5))})
    assert "m²" in told("edit", code, "split", "--as", "planner", stdin=rough)
    micro = {"grid": A1, "micro": "W1", "buildings": ["H1"], "party": "P3"}
    told("edit", code, "micro", json.dumps(micro), "--as", "planner")
    assert json.loads(told("diff", code))["micros"][0]["joins"] == ["H1"]
    file.write_text('{"type": "FeatureCollection", "features": []}')
    assert "holds no line" in run("guide", code, "--file", str(file), "--as", "planner").output


def test_a_new_community_has_a_checklist_and_a_file(tmp_path: Path) -> None:
    code = told("create", "增设", "--scope", A[:9], "--kind", "community", "--as", "planner").strip()
    found = {"grids": [A2], "name": "凤栖社区", "community": f"{A[:9]}099"}
    told("edit", code, "found", json.dumps(found), "--as", "planner")
    listed = run("checklist", code, "--day", "2026-05-01")
    assert listed.exit_code == 1  # nothing is declared yet, and nobody lives there
    assert "households\twarning\t0\t1000–3000\tnational-2026" in listed.output
    assert run("checklist", code, "--day", "May").exit_code == 2
    out = tmp_path / "file.html"
    assert "凤栖社区" in told("dossier", code, str(out), "--lang", "zh")
    assert "审核清单" in out.read_text("utf-8")
    assert run("dossier", code, str(out), "--lang", "fr").exit_code == 2


def test_a_table_is_drawn_from_the_command_line_or_refused_by_row(tmp_path: Path) -> None:
    code = told("create", "微网格", "--scope", A, "--as", "planner").strip()
    table = tmp_path / "table.csv"
    heading = "网格,楼栋,微网格,负责人\n"
    table.write_text(f"{heading}{A1},H1,一组,王小明\n{A1},H99,二组,P1\n", encoding="utf-8")
    refused = run("table", code, str(table), "--as", "planner")
    assert refused.exit_code == 1
    assert refused.stderr.strip() == "row 3: buildings 'H99': no such building"
    assert "\t0 edits" in told("show", code)
    table.write_text(f"{heading}{A1},H1,一组,王小明\n", encoding="utf-8")
    assert told("table", code, str(table), "--as", "planner").startswith("micro\t")
    told("step", code, "withdraw", "--as", "planner")
