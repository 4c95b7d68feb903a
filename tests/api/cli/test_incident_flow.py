"""`yiwang incidents list/show/step/export/count`, `yiwang scores` and `yiwang visits`, as typed."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from api import accounts
from api.cli import app
from boundaries.affairs import incidents, visits
from boundaries.land import districts
from boundaries.store import clock
from boundaries.store.database import Database
from boundaries.store.errors import Refusal
from tests.boundaries import towns
from tests.boundaries.towns import A, B

HAPPENED = datetime(2026, 5, 4, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def numbers(database: Database) -> list[str]:
    """A town with a department, accounts, and four incidents: three plain, one sensitive."""
    with database.transaction() as session:
        town = towns.found(session)
        towns.appoint(
            session,
            town,
            [towns.office("D1", "消防救援大队"), towns.office("D2", "住建局"), towns.person("P1", "王小明")],
            [
                towns.duty("D1", "lead", towns.DISTRICT, kind="area"),
                towns.duty("P1", "leader", f"{A}001"),
            ],
        )
        accounts.put(session, name="fire", password="correct horse", role="worker", party="D1")
        for name, role, area in (
            ("worker", "worker", None),
            ("dispatcher", "dispatcher", None),
            ("west", "dispatcher", "140502002"),
            ("reader", "reader", None),
            ("reviewer", "reviewer", None),
        ):
            accounts.put(session, name=name, password="correct horse", role=role, area=area)
        frame = pd.DataFrame(
            {
                "source": "巡查",
                "matter_code": ["0102", "0102", "0201", "2601"],
                "happened_at": [HAPPENED] * 4,
                "lon": [towns.at(east, 0)[0] for east in (1.0, 1.1, 12.0, 2.0)],
                "lat": towns.at(0, 8)[1],
                "description": "井盖",
            }
        )
        stamp = clock.stamp(session)
        written = incidents.write(session, town.district, frame, stamp=stamp, by="test")
    return list(written.numbers)


@pytest.fixture(autouse=True)
def _reached(reached: Database, numbers: list[str]) -> None:
    """The commands reach the town."""


def run(*words: str | Path, group: str = "incidents") -> Result:
    return CliRunner().invoke(app, [group, *(str(word) for word in words)])


def refused(*words: str) -> Refusal:
    error = run(*words).exception
    assert isinstance(error, Refusal), error
    return error


def test_steps_are_guarded_as_over_http_and_stand_in_the_log(numbers: list[str], reached: Database) -> None:
    number = numbers[0]
    assert refused("step", number, "file", "--as", "worker").code == "role-too-low"
    assert refused("step", number, "file", "--as", "west").code == "outside-scope"
    assert refused("step", number, "close", "--as", "dispatcher").code == "step-not-possible"
    assert refused("step", number, "file", "--as", "nobody").code == "unknown-code"
    assert refused("step", number, "reject", "--as", "dispatcher").code == "step-incomplete"
    assert run("step", number, "file").exit_code == 2  # nobody is named
    filed = run("step", number, "file", "--as", "dispatcher")
    assert filed.exit_code == 0 and f"{number}: collected → filed" in filed.output, filed.output
    sent = run("step", number, "dispatch", "--as", "dispatcher")
    assert "filed → dispatched, D1, due " in sent.output  # whom the answer names
    moved = run("step", number, "reassign", "--as", "dispatcher", "--party", "D2", "--reason", "改派")
    assert "dispatched → dispatched, D2" in moved.output
    assert (
        run("step", number, "extend", "--as", "dispatcher", "--reason", "x", "--until", "soon").exit_code == 2
    )
    with reached.transaction() as session:
        log = session.execute(text("select step, made_by from yiwang.incident_event order by id")).all()
    assert [tuple(row) for row in log] == [(name, "dispatcher") for name in ("file", "dispatch", "reassign")]
    told = run("show", number).output
    assert "state: dispatched" in told and "description: 井盖" in told and "owner: leader party P1" in told
    assert "3\t" in told and "reassign\tdispatched → dispatched\tdispatcher\tD2\t改派" in told
    assert "possible: return, reassign, extend, handle" in told


def test_a_ruling_becomes_a_duty(numbers: list[str]) -> None:
    number = numbers[2]
    for words in (
        ("file", "dispatcher"),
        ("dispatch", "dispatcher"),
        ("dispute", "fire", "--reason", "x"),
        ("rule", "reviewer", "--reason", "住建局牵头", "--party", "D2", "--duty", f"grid:{B}001"),
    ):
        name, who, *more = words
        done = run("step", number, name, "--as", who, *more)
        assert done.exit_code == 0, done.output
    assert run("step", number, "handle", "--as", "worker", "--duty", "grid").exit_code == 2


def test_a_list_holds_what_the_account_sees(numbers: list[str]) -> None:
    whole = run("list").output.splitlines()
    assert sorted(line.split("\t")[0] for line in whole) == sorted(numbers)
    mine = run("list", "--as", "reader").output.splitlines()
    assert sorted(line.split("\t")[0] for line in mine) == sorted(numbers[:3])
    assert run("list", "--as", "west").output == ""
    assert len(run("list", "--grid", f"{B}001").output.splitlines()) == 1
    assert len(run("list", "--matter", "01", "--open").output.splitlines()) == 2
    assert run("list", "--from", "2026-05-05").output == ""
    assert run("list", "--state", "gone").exit_code == 2
    assert isinstance(run("show", numbers[3], "--as", "reader").exception, Refusal)
    assert "description" not in run("show", numbers[0], "--as", "reader").output
    lights = [line.split("\t")[2] for line in run("list", "--light", "green").output.splitlines()]
    assert set(lights) <= {"green"} and run("list", "--light", "blue").exit_code == 2


def test_exports_for_the_house_and_for_everybody(numbers: list[str], tmp_path: Path) -> None:
    table = tmp_path / "all.csv"
    done = run("export", table)
    assert done.exit_code == 0 and "4 incidents" in done.output, done.output
    assert set(pd.read_csv(table, dtype=str)["number"]) == set(numbers)
    assert isinstance(run("export", table).exception, Refusal)  # it is there already
    assert run("export", table, "--force", "--matter", "0102", "--to", "2026-06-01").exit_code == 0
    assert len(pd.read_csv(table)) == 2
    public = tmp_path / "public.parquet"
    assert "3 incidents" in run("export", public, "--public").output
    assert not {"lon", "lat", "geometry", "description", "leader"} & set(pd.read_parquet(public).columns)
    assert "3 incidents" in run("export", tmp_path / "r.parquet", "--as", "reader").output
    assert isinstance(run("export", tmp_path / "a.txt").exception, Refusal)
    assert not list(tmp_path.glob(".export-*"))


def test_counts_with_small_ones_of_a_sensitive_matter_masked(numbers: list[str], tmp_path: Path) -> None:
    days = ("--from", "2026-05-01", "--to", "2026-05-31")
    done = run("count", tmp_path / "n.csv", *days, "--matter", "2601", "--public")
    assert done.exit_code == 0 and "7 cells" in done.output, done.output
    masked = pd.read_csv(tmp_path / "n.csv", dtype={"code": str}).set_index("code")
    assert masked.loc[f"{A}001", "masked"] and pd.isna(masked.loc[f"{A}001", "count"])
    run("count", tmp_path / "m.csv", *days, "--matter", "2601")
    assert pd.read_csv(tmp_path / "m.csv")["count"].sum() == 1
    run("count", tmp_path / "p.xlsx", *days, "--public", "--bucket", "week")
    assert pd.read_excel(tmp_path / "p.xlsx")["count"].sum() == 3
    assert run("count", tmp_path / "q.csv", *days, "--unit", "village").exit_code == 2

    run("surface", tmp_path / "s.geojson", *days, "--bandwidth", "100")
    drawn = json.loads((tmp_path / "s.geojson").read_text())["features"]
    assert [each["properties"]["class"] for each in drawn] == [1, 2, 3, 4, 5, 6]
    run("surface", tmp_path / "o.geojson", *days, "--matter", "2601", "--public")
    assert json.loads((tmp_path / "o.geojson").read_text())["features"] == []  # there is only one
    assert isinstance(run("surface", tmp_path / "w.geojson", *days, "--bandwidth", "1").exception, Refusal)
    assert run("surface", tmp_path / "w.geojson", *days, "--bucket", "hour").exit_code == 2


def test_a_report_has_the_figures_of_the_counts_and_the_public_one_hides_what_is_sensitive(
    numbers: list[str], tmp_path: Path
) -> None:
    def report(name: str, *more: str) -> str:
        done = run(
            "density", tmp_path / name, "--from", "2026-05-01", "--to", "2026-05-31", *more, group="report"
        )
        assert done.exit_code == 0, done.output
        return str(done.output)

    def row(name: str) -> tuple[str, ...] | None:
        text = (tmp_path / name).read_text(encoding="utf-8")
        found = re.search(r'<tbody><tr><td>(\d+)</td><td>[^<]*</td><td class="n">([^<]*)</td>', text)
        return found.groups() if found else None

    assert "4 incidents, 7 grids" in report("all.html") and row("all.html") == (f"{A}001", "3")
    assert "3 incidents" in report("public.html", "--public") and row("public.html") == (f"{A}001", "2")
    assert "1 incidents" in report("mine.html", "--matter", "2601")
    assert "0 incidents" in report("named.html", "--matter", "2601", "--public")
    named = (tmp_path / "named.html").read_text(encoding="utf-8")
    assert row("named.html") is None and "少于 3 件的数字不予显示" in named
    for form, start in ((".pdf", b"%PDF-"), (".png", b"\x89PNG")):
        report(f"paper{form}", "--rate", "households", "--lang", "en", "--area", A)
        assert (tmp_path / f"paper{form}").read_bytes().startswith(start)
    for wrong in (("--matter", "9999"), ("--area", "1"), ("--rate", "luck")):
        done = run(
            "density",
            tmp_path / "w.html",
            "--from",
            "2026-05-01",
            "--to",
            "2026-05-31",
            *wrong,
            group="report",
        )
        assert done.exit_code == 2 and not (tmp_path / "w.html").exists()
    days = ("--from", "2026-05-01", "--to", "2026-05-31")
    assert run("density", tmp_path / "w.txt", *days, group="report").exit_code == 2


def test_scores_and_grids_that_nobody_visits(numbers: list[str], reached: Database, tmp_path: Path) -> None:
    with reached.transaction() as session:
        district = districts.get(session, towns.DISTRICT)
        now = clock.hold(session)
        visits.record(
            session,
            district,
            towns.at(1, 8),
            kind="走访",
            party="P1",
            note="",
            visited_at=now - timedelta(days=5),
            by="worker",
            now=now,
        )
    lon, lat = map(str, towns.at(12.0, 5.0))
    noted = run(
        "add", "巡查", lon, lat, "--datum", "wgs84", "--as", "worker", "--note", "无异常", group="visits"
    )
    assert noted.exit_code == 0 and noted.output.startswith(f"{B}001\t"), noted.output
    assert f"{B}001" not in run("missing", "--days", "1", group="visits").output
    fire = run("add", "走访", lon, lat, "--datum", "wgs84", "--as", "fire", group="visits")
    assert fire.output.split("\t")[2] == "D1"  # for whom the account acts
    for wrong, code in (
        (("走访", lon, lat, "--as", "worker"), "missing-datum"),
        (("午睡", lon, lat, "--as", "worker", "--datum", "wgs84"), "visit-refused"),
        (("走访", lon, lat, "--as", "west", "--datum", "wgs84"), "outside-scope"),
        (("走访", lon, lat, "--as", "worker", "--datum", "wgs84", "--at", "2999-01-01"), "visit-refused"),
        (("走访", lon, lat, "--as", "worker", "--datum", "wgs84", "--party", "NO"), "unknown-code"),
    ):
        error = run("add", *wrong, group="visits").exception
        assert isinstance(error, Refusal) and error.code == code, (wrong, error)
    late = run("missing", "--days", "3", group="visits")
    assert f"{A}001" in late.output and late.output.count("never") == 5
    assert f"{A}001" not in run("missing", "--days", "30", group="visits").output
    assert run("missing", "--area", A, group="visits").output.count("never") == 3
    printed = run("2026-05", group="scores")
    assert printed.exit_code == 0, printed.output
    rows = {line.split("\t")[0]: line.split("\t") for line in printed.output.splitlines()}
    assert rows[f"{A}001"][2:4] == ["3", "3"] and rows[f"{A}002"][2] == "0"
    book = tmp_path / "scores.xlsx"
    done = run("2026-05", "--by", "leader", "--out", book, group="scores")
    assert done.exit_code == 0 and "1 scores" in done.output, done.output
    assert openpyxl.load_workbook(book)["事件"].max_row == 5
    assert run("2026-13", group="scores").exit_code == 2
    assert run("2026-05", "--out", tmp_path / "a.csv", group="scores").exit_code == 2


def test_workload_is_printed_and_written(numbers: list[str], tmp_path: Path) -> None:
    printed = run("--to", "2026-06-01", group="workload")
    assert printed.exit_code == 0, printed.output
    rows = {line.split("\t")[0]: line.split("\t") for line in printed.output.splitlines()}
    assert rows[f"{A}001"][3:] == ["3.0", "0.0", "6.0"] and len(rows) == 8
    done = run("--to", "2026-06-01", "--by", "person", "--out", tmp_path / "w.csv", group="workload")
    assert done.exit_code == 0 and "1 rows" in done.output
    assert pd.read_csv(tmp_path / "w.csv")["hours"].tolist() == [6.0]


def test_settings_are_printed_replaced_and_refused_by_name(numbers: list[str], tmp_path: Path) -> None:
    file = tmp_path / "own.json"
    file.write_text(json.dumps({"workload": {"incident": 5}}), encoding="utf-8")
    done = CliRunner().invoke(app, ["settings", str(file)])
    assert done.exit_code == 0, done.output
    told = json.loads(CliRunner().invoke(app, ["settings"]).output)
    assert told["workload"] == {"incident": 5}
    file.write_text(json.dumps({"workload": {"incident": "much"}}), encoding="utf-8")
    error = CliRunner().invoke(app, ["settings", str(file)]).exception
    assert isinstance(error, Refusal) and "workload.incident" in str(error)
    changes = CliRunner().invoke(app, ["settings", "--history"]).output.splitlines()
    assert [line.split("\t")[1:] for line in changes][-1] == ["command line", "workload", '{"incident": 5}']
    file.write_text("{", encoding="utf-8")
    assert CliRunner().invoke(app, ["settings", str(file)]).exit_code == 2
    file.write_text(json.dumps({"workload": {}}), encoding="utf-8")
    assert CliRunner().invoke(app, ["settings", str(file)]).exit_code == 0
