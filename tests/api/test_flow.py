"""The flow of incidents over HTTP: guarded steps, limits, a log of all, and figures from it."""

import io
import random
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import openpyxl
import pandas as pd
import psycopg
import pytest
from fastapi.testclient import TestClient
from psycopg import errors
from sqlalchemy import text

from api import accounts
from boundaries.affairs.steps import ENDED, STATES, STEPS, WHO
from boundaries.affairs.workdays import WorkCalendar
from boundaries.duty import matters
from boundaries.land import districts
from boundaries.store.database import Database
from tests.api.conftest import PASSWORD, basic
from tests.boundaries import towns
from tests.boundaries.towns import A, B
from tests.waiting import until


@pytest.fixture(scope="module", autouse=True)
def _people(database: Database, town: towns.Town) -> None:
    with database.transaction() as session:
        matters.put(session, districts.get(session, towns.DISTRICT), matters.national())
        towns.appoint(session, town, [towns.office("D2", "住建局"), towns.office("D3", "城管局")], [])
        for name, role, area, party in (
            ("worker", "worker", None, None),
            ("reviewer", "reviewer", None, None),
            ("west-dispatcher", "dispatcher", "140502002", None),
            ("east-dispatcher", "dispatcher", "140502001", None),
            ("community-dispatcher", "dispatcher", towns.A, None),
            ("fire", "worker", None, "D1"),
            ("city", "worker", None, "D3"),
            ("leader", "worker", None, "P1"),
        ):
            accounts.put(
                session, name=name, password=PASSWORD, role=role, datum="wgs84", area=area, party=party
            )


def report(client: TestClient, east: float = 1.5, north: float = 6.5, **more: object) -> str:
    lon, lat = towns.at(east, north)
    row = {"matter": "0102", "source": "巡查", "lon": lon, "lat": lat, **more}
    row.setdefault("happened_at", (datetime.now(UTC) - timedelta(minutes=5)).isoformat())
    reply = client.post("/v1/incidents", json=row, headers=basic("worker"))
    assert reply.status_code == 201, reply.text
    return str(reply.json()["numbers"][0])


def step(
    client: TestClient,
    number: str,
    name: str,
    *,
    who: str = "administrator",
    status: int = 200,
    **more: object,
) -> dict:  # type: ignore[type-arg]
    reply = client.post(f"/v1/incidents/{number}/steps", json={"step": name, **more}, headers=basic(who))
    assert reply.status_code == status, (name, reply.text)
    return dict(reply.json())


def log(client: TestClient, number: str) -> list[dict]:  # type: ignore[type-arg]
    return list(client.get(f"/v1/incidents/{number}/log", headers=basic("worker")).json()["steps"])


def test_from_report_to_close_with_a_return_and_a_rework(client: TestClient) -> None:
    number = report(client)
    assert client.get(f"/v1/incidents/{number}").json()["state"] == "collected"
    assert step(client, number, "file", who="dispatcher")["state"] == "filed"
    sent = step(client, number, "dispatch", who="dispatcher")
    # nobody was named: the answer's lead department; the limit of the matter in working hours
    assert (sent["state"], sent["party"]["party"], sent["light"]) == ("dispatched", "D1", "green")
    assert sent["step_due_at"] is not None and sent["due_at"] == sent["step_due_at"]
    returned = step(client, number, "return", who="fire", reason="不属于我单位")
    assert (returned["state"], returned["party"]) == ("filed", None)
    assert step(client, number, "dispatch", who="dispatcher", party="D2")["party"]["party"] == "D2"
    assert (
        step(client, number, "reassign", who="dispatcher", party="D3", reason="改派")["party"]["party"]
        == "D3"
    )
    until = (datetime.now(UTC) + timedelta(days=90)).isoformat()
    extended = step(client, number, "extend", who="dispatcher", until=until, reason="缺材料")
    assert datetime.fromisoformat(extended["step_due_at"]) == datetime.fromisoformat(until)
    step(client, number, "urge", who="dispatcher", reason="群众再次来电")
    step(client, number, "handle", who="city")
    assert step(client, number, "rework", who="worker", reason="未清理干净")["state"] == "dispatched"
    step(client, number, "handle", who="city")
    step(client, number, "check", who="worker")
    closed = step(client, number, "close", who="dispatcher")
    assert closed["state"] == "closed" and closed["resolved_at"] is not None and closed["light"] is None
    told = log(client, number)
    assert [each["step"] for each in told] == [
        *("file", "dispatch", "return", "dispatch", "reassign", "extend", "urge", "handle", "rework"),
        *("handle", "check", "close"),
    ]
    assert [each["place"] for each in told] == list(range(1, 13))
    assert told[2]["reason"] == "不属于我单位" and told[2]["made_by"] == "fire"
    assert all(a["state"] == b["source"] for a, b in pairwise(told))


def test_what_the_table_does_not_allow_is_refused_with_what_is_possible(client: TestClient) -> None:
    number = report(client)
    refused = step(client, number, "close", status=409)
    assert refused["code"] == "step-not-possible" and refused["state"] == "collected"
    assert set(refused["possible"]) >= {"file", "reject", "settle"} and "close" not in refused["possible"]
    assert step(client, number, "fly", status=409)["code"] == "step-not-possible"
    assert step(client, number, "file", who="worker", status=403)["code"] == "role-too-low"
    assert step(client, number, "file", who="west-dispatcher", status=403)["code"] == "outside-scope"
    assert step(client, number, "reject", status=422)["code"] == "step-incomplete"
    assert step(client, number, "reject", reason=" ", status=422)["field"] == "reason"
    step(client, number, "file")
    assert step(client, number, "dispatch", party="NOBODY", status=404)["code"] == "unknown-code"
    step(client, number, "dispatch")
    past = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    assert step(client, number, "extend", reason="x", until=past, status=422)["field"] == "until"
    assert step(client, number, "extend", reason="x", until="2030-01-01T00:00:00", status=400)
    assert step(client, number, "reassign", reason="x", party="D1", status=422)["field"] == "party"
    assert [each["step"] for each in log(client, number)] == ["file", "dispatch"]


def _others(client: TestClient, number: str, name: str, *who: str, **more: object) -> None:
    """None of them may take the step, and each is told whose it is."""
    for each in who:
        refused = step(client, number, name, who=each, status=403, **more)
        assert refused["code"] == "step-not-yours" and refused["who"] == STEPS[name].who, (each, refused)
        assert refused["yours"]["name"] == each and WHO[refused["who"]] in refused["detail"]


def test_each_step_is_for_those_who_are_something_to_the_incident(client: TestClient) -> None:
    number = report(client)  # in A001, whose leader is P1, by `worker`
    assert step(client, number, "settle", who="administrator", status=403)["who"] == "finder"
    _others(client, number, "settle", "fire", "city")
    step(client, number, "file", who="community-dispatcher")
    # a community takes in; the street or the district sends out
    _others(client, number, "dispatch", "community-dispatcher")
    step(client, number, "dispatch", who="east-dispatcher", party="D3")
    for name in ("handle", "return", "dispute"):
        _others(client, number, name, "worker", "fire", "leader", "administrator", reason="x")
    refused = step(client, number, "handle", who="fire", status=403)
    assert (refused["party"], refused["yours"]) == (
        "D3",
        {"name": "fire", "party": "D1", "level": "district"},
    )
    _others(client, number, "extend", "community-dispatcher", until="2031-01-01T00:00:00Z", reason="x")
    _others(client, number, "raise", "worker", "leader", "fire", reason="x")
    assert step(client, number, "raise", who="city", reason="需要区里协调")["level"] == "community"
    for _ in range(2):
        step(client, number, "raise", who="city", reason="需要区里协调")
    _others(client, number, "urge", "east-dispatcher", reason="x")  # it is the district's now
    step(client, number, "lower", who="dispatcher", reason="街道可办")
    step(client, number, "urge", who="east-dispatcher", reason="催办")
    step(client, number, "handle", who="city")
    assert step(client, number, "check", who="city", status=403)["handled_by"] == "city"
    _others(client, number, "rework", "city", reason="x")
    step(client, number, "check", who="leader")
    _others(client, number, "close", "community-dispatcher")  # it stands at the street
    step(client, number, "close", who="east-dispatcher")

    mine = report(client)
    assert step(client, mine, "settle", who="leader")["state"] == "closed"  # the grid's own


def test_the_centre_acts_for_a_party_that_has_no_account_and_another_checks(client: TestClient) -> None:
    number = report(client)
    step(client, number, "file")
    step(client, number, "dispatch", party="D2")
    _others(client, number, "handle", "worker", "community-dispatcher", "fire")
    step(client, number, "handle", who="dispatcher")
    assert log(client, number)[-1]["details"] == {"for": "D2"}
    assert step(client, number, "check", who="dispatcher", status=403)["handled_by"] == "dispatcher"
    step(client, number, "check", who="administrator")

    # a department that disputes is not the judge of it
    number = report(client)
    step(client, number, "file")
    step(client, number, "dispatch", party="D3")
    step(client, number, "dispute", who="city", reason="不归我管")
    judge = {"password": PASSWORD, "role": "reviewer", "party": "D3"}
    put = client.put("/v1/accounts/judge", json=judge, headers=basic("administrator"))
    assert put.status_code == 200 and put.json()["party"] == "D3"
    _others(client, number, "rule", "judge", party="D2", reason="x")
    assert step(client, number, "rule", who="reviewer", party="D2", reason="住建")["party"]["party"] == "D2"
    unknown = client.put("/v1/accounts/x", json=judge | {"party": "NONE"}, headers=basic("administrator"))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-code")


def test_a_key_of_a_department_acts_for_it(client: TestClient) -> None:
    made = client.post(
        "/v1/keys",
        json={"name": "city-system", "role": "worker", "party": "D2"},
        headers=basic("administrator"),
    )
    assert made.status_code == 201 and made.json()["party"] == "D2", made.text
    number = report(client)
    step(client, number, "file")
    step(client, number, "dispatch", party="D2")
    _others(client, number, "handle", "dispatcher")  # D2 speaks for itself now
    key = {"Authorization": f"Bearer {made.json()['key']}"}
    done = client.post(f"/v1/incidents/{number}/steps", json={"step": "handle"}, headers=key)
    assert done.status_code == 200 and log(client, number)[-1]["made_by"] == "key:city-system"
    client.delete(f"/v1/keys/{made.json()['code']}", headers=basic("administrator"))


def test_a_suspension_keeps_the_working_time_that_was_left(client: TestClient) -> None:
    number = report(client)
    step(client, number, "file")
    before = step(client, number, "dispatch")
    paused = step(client, number, "suspend", reason="等资金")
    assert (paused["state"], paused["step_due_at"], paused["light"]) == ("suspended", None, None)
    resumed = step(client, number, "resume")
    assert resumed["state"] == "dispatched" and resumed["party"] == before["party"]
    due = [datetime.fromisoformat(each["step_due_at"]) for each in (before, resumed)]
    moved = WorkCalendar.of(ZoneInfo("Asia/Shanghai"), {}).worked(*due)  # a night may lie between them
    assert due[0] <= due[1] and moved < timedelta(minutes=2)


def test_a_ruling_becomes_a_duty_and_the_next_identical_case_routes_itself(client: TestClient) -> None:
    number = report(client, 16.5, 2.5, matter="0201")
    step(client, number, "file")
    assert step(client, number, "dispatch")["party"]["party"] == "D1"
    assert step(client, number, "dispute", who="fire", reason="管线归住建")["state"] == "disputed"
    duty = {"place_kind": "grid", "place_code": f"{B}002"}
    ruling = {"party": "D2", "reason": "裁定：住建局牵头", "duty": duty}
    assert step(client, number, "rule", who="dispatcher", status=403, **ruling)["code"] == "role-too-low"
    ruled = step(client, number, "rule", who="reviewer", **ruling)
    assert (ruled["state"], ruled["party"]["party"]) == ("dispatched", "D2")
    assert log(client, number)[-1]["details"]["duty"]["place_code"] == f"{B}002"
    again = report(client, 16.2, 2.2, matter="0201", happened_at=datetime.now(UTC).isoformat())
    told = client.get(f"/v1/incidents/{again}", headers=basic("worker")).json()
    assert told["owner"]["department"]["party"] == "D2"
    step(client, again, "file")
    place = {"lon": told["place"]["lon"], "lat": told["place"]["lat"], "datum": "wgs84", "matter": "0201"}

    def answers() -> str:
        code: str = client.get("/v1/lookup", params=place).json()["owner"]["department"]["code"]
        return code

    until(lambda: answers() == "D2", "the running application has not heard of the duty")
    assert step(client, again, "dispatch")["party"]["party"] == "D2"
    # beside it, nothing has changed
    other = report(client, 12, 2.5, matter="0201", happened_at=datetime.now(UTC).isoformat())
    assert client.get(f"/v1/incidents/{other}").json()["owner"]["department"]["party"] == "D1"


def test_levels_merging_and_settling(client: TestClient) -> None:
    number, other = report(client), report(client)
    assert step(client, number, "raise", who="worker", reason="超出能力")["level"] == "community"
    assert step(client, number, "lower", reason="可自办")["level"] == "grid"
    assert step(client, number, "lower", reason="x", status=409)["code"] == "step-not-possible"
    assert step(client, number, "merge", into=number, status=422)["field"] == "into"
    merged = step(client, number, "merge", into=other)
    assert merged["state"] == "merged" and log(client, number)[-1]["details"]["into"] == other
    assert step(client, other, "settle", who="worker")["state"] == "closed"
    assert step(client, report(client), "merge", into=other, status=422)["field"] == "into"


def test_a_random_walk_stays_in_the_table_and_the_log_says_all(
    client: TestClient, database: Database
) -> None:
    chance = random.Random(11)
    who = ["administrator"] * 4 + ["reviewer", "fire", "city", "worker"]
    number = report(client)
    for _ in range(90):
        name = chance.choice(list(STEPS))
        more = {
            "reason": "r",
            "party": chance.choice(["D1", "D2", "D3"]),
            "until": (datetime.now(UTC) + timedelta(days=chance.randint(50, 500))).isoformat(),
        }
        before = client.get(f"/v1/incidents/{number}", headers=basic("worker")).json()["state"]
        wanted = STEPS[name]
        reply = client.post(
            f"/v1/incidents/{number}/steps", json={"step": name, **more}, headers=basic(chance.choice(who))
        )
        if before not in wanted.sources:
            assert reply.status_code in (403, 409)
        else:
            assert reply.status_code in (200, 403, 409, 422), reply.text
        if client.get(f"/v1/incidents/{number}").json()["state"] in ENDED:
            number = report(client)
    with database.transaction() as session:
        rows = session.execute(
            text(
                "select i.state, i.party_code, i.level, i.step_due_at, e.state, e.party_code, e.level,"
                " e.due_at,"
                " i.resolved_at is not null from yiwang.incident i join lateral (select * from"
                " yiwang.incident_event e where e.incident_id = i.id order by place desc limit 1) e on true"
            )
        ).all()
    assert len(rows) > 8
    for row in rows:
        assert row[:4] == row[4:8] and row[8] == (row[0] in ENDED) and row[0] in STATES


def test_nobody_rewrites_the_log(database: Database, owner_url: str) -> None:
    for statement in (
        "update yiwang.incident_event set reason = ''",
        "delete from yiwang.incident_event",
        "update yiwang.district_term set made_by = 'x'",
        "delete from yiwang.district_term",
    ):
        with database.connect() as app, pytest.raises(errors.InsufficientPrivilege):
            app.execute(statement)  # type: ignore[call-overload]
        with psycopg.connect(owner_url) as owner, pytest.raises(errors.RestrictViolation):
            owner.execute(statement)  # type: ignore[call-overload]


def test_figures_equal_a_plain_count_of_the_log(client: TestClient, database: Database) -> None:
    with database.transaction() as session:
        log = pd.DataFrame(
            session.execute(
                text(
                    "select i.grid_code as grid, i.source, e.step, e.source as left, e.state, e.made_at,"
                    " e.left_due_at, i.state as now from yiwang.incident i"
                    " join yiwang.incident_event e on e.incident_id = i.id"
                )
            ).mappings()
        )
        backlog = dict(
            session.execute(
                text("select grid_code, count(*) from yiwang.incident where resolved_at is null group by 1")
            ).all()
        )
    # what never was, or is told by another, counts nowhere
    log = log[~log["now"].isin(["void", "merged", "rejected"])]
    reply = client.get("/v1/affairs/figures", params={"by": "grid"}, headers=basic("worker"))
    told = {each["key"]: each for each in reply.json()["figures"]}
    assert {key: each["backlog"] for key, each in told.items() if each["backlog"]} == backlog
    mine, each = log[log["grid"] == f"{A}001"], told[f"{A}001"]
    count = mine["step"].value_counts()
    assert each["dispatches"] == count.reindex(["dispatch", "reassign", "rule"]).fillna(0).sum()
    wrong = count.reindex(["return", "reassign", "dispute"]).fillna(0).sum()
    assert each["correct_dispatch_rate"] == pytest.approx(1 - wrong / each["dispatches"])
    assert each["rework_rate"] == pytest.approx(count.get("rework", 0) / count["handle"])
    timed = mine[mine["left_due_at"].notna() & (mine["left"] != mine["state"]) & (mine["left"] == "filed")]
    assert each["steps"]["filed"]["timed"] == len(timed) > 0
    assert each["steps"]["filed"]["on_time"] == (timed["made_at"] <= timed["left_due_at"]).sum()
    csv = client.get("/v1/affairs/figures", params={"by": "source", "format": "csv"}, headers=basic("worker"))
    assert csv.text.startswith("\ufeffkey,incidents,backlog")
    table = client.get("/v1/affairs/steps").json()
    assert {each["who"] for each in table["steps"]} == set(table["who"]) == set(WHO)
    assert {each["step"] for each in table["steps"]} == set(STEPS) and set(table["states"]) == set(STATES)


def test_visits_and_the_score_sheet_whose_every_figure_opens_what_it_is_made_of(client: TestClient) -> None:
    now = datetime.now(UTC).isoformat()  # five minutes ago it may have been another month
    number = report(client, happened_at=now)  # one with every kind of figure, whatever ran before
    step(client, number, "file")
    step(client, number, "dispatch", party="D2")
    step(client, number, "reassign", party="D3", reason="改派")
    for name, who in (("handle", "city"), ("rework", "worker"), ("handle", "city"), ("check", "worker")):
        step(client, number, name, who=who, reason="r")
    step(client, number, "close")
    report(client, happened_at=now)

    def missing() -> list[str]:
        reply = client.get("/v1/affairs/visits/missing", params={"days": 7}, headers=basic("worker"))
        return [each["grid"] for each in reply.json()["grids"]]

    before = missing()
    lon, lat = towns.at(1.5, 6.5)
    visit = {"kind": "走访", "lon": lon, "lat": lat}
    visited = [datetime.now(UTC) - timedelta(days=days) for days in (0, 1, 9)]
    for at in visited:
        told = visit | {"visited_at": at.isoformat()}
        sent = client.post("/v1/affairs/visits", json=told, headers=basic("worker"))
        assert sent.status_code == 201 and sent.json()["building"] == "H1", sent.text
    assert f"{A}001" in before and set(missing()) == set(before) - {f"{A}001"}
    for wrong in ({"kind": "x"}, {"visited_at": "2999-01-01T00:00Z"}, {"lon": 112.839}):
        refused = client.post("/v1/affairs/visits", json=visit | wrong, headers=basic("worker"))
        assert (refused.status_code, refused.json()["code"]) == (422, "visit-refused"), refused.text

    months = [f"{at + timedelta(hours=8):%Y-%m}" for at in visited]
    month = {"month": months[0]}
    sheet = client.get("/v1/affairs/scores", params=month, headers=basic("reviewer")).json()
    (mine,) = [each for each in sheet["scores"] if each["key"] == f"{A}001"]
    used = {name: mine[name] for name in sheet["weights"] if mine[name] is not None}
    whole = sum(sheet["weights"][name] for name in used)
    expected = 100 * sum(sheet["weights"][name] * value for name, value in used.items()) / whole
    assert mine["score"] == pytest.approx(expected, abs=0.05)
    assert mine["visit_count"] >= months.count(months[0])  # on the first of a month one, else two
    reply = client.get("/v1/affairs/scores", params={**month, "format": "xlsx"}, headers=basic("reviewer"))
    book = openpyxl.load_workbook(io.BytesIO(reply.content))
    heads = [cell.value for cell in book["考核"][3]]
    (row,) = [row for row in book["考核"].iter_rows(min_row=4) if row[0].value == f"{A}001"]

    def behind(head: str) -> list[dict]:  # type: ignore[type-arg]
        """The rows to which the figure under this head leads."""
        link = row[heads.index(head)].hyperlink
        if link is None:
            return []
        sheet, _, cells = link.location.partition("!")
        names = [cell.value for cell in book[sheet.strip("'")][1]]
        found = [[cell.value for cell in line] for line in book[sheet.strip("'")][cells]]
        return [dict(zip(names, line, strict=True)) for line in found]

    cases = behind("事件数")
    assert len(cases) == row[heads.index("事件数")].value == mine["incidents"] > 0
    assert {each["考核对象"] for each in cases} == {f"{A}001"} and behind("办结率") == cases == behind("得分")
    assert len(behind("未结")) == mine["backlog"] == sum(each["办结"] is None for each in cases)
    closed = 1 - len(behind("未结")) / len(cases)
    assert mine["closed"] == pytest.approx(closed)
    sent, done = behind("派遣准确率"), behind("一次办结率")
    wrong = sum(each["误派次数"] for each in sent) / sum(each["派遣次数"] for each in sent)
    assert mine["correct_dispatch"] == pytest.approx(1 - wrong)
    again = sum(each["返工次数"] for each in done) / sum(each["处置次数"] for each in done)
    assert mine["rework"] == pytest.approx(1 - again)
    timed = behind("按期率")
    assert mine["on_time"] == pytest.approx(sum(each["按期"] == "是" for each in timed) / len(timed))
    assert len(behind("走访次数")) == mine["visit_count"] and behind("走访达标") == behind("走访次数")
    by_leader = client.get("/v1/affairs/scores", params={**month, "by": "leader"}, headers=basic("reviewer"))
    assert {"P1", "P2"} & {each["key"] for each in by_leader.json()["scores"]}
    assert (
        client.get("/v1/affairs/scores", params={"month": "2026-13"}, headers=basic("reviewer")).status_code
        == 400
    )


def test_an_administrator_sets_limits_and_weights_and_the_next_answer_follows(client: TestClient) -> None:
    path, who = "/v1/affairs/settings", basic("administrator")
    before = client.get(path, headers=basic("reviewer")).json()
    for wrong, told in (
        ({"flow": {"limits": {"filed": {"hours": 0}}}}, "flow.limits.filed"),
        ({"flow": {"weights": {"luck": 1}}}, "flow.weights"),
        ({"workload": {"household": -1}}, "workload.household"),
    ):
        refused = client.put(path, json=wrong, headers=who)
        assert (refused.status_code, refused.json()["code"]) == (409, "bad-flow-settings"), refused.text
        assert told in refused.json()["detail"]
    assert client.get(path, headers=who).json() == before
    for name in ("reviewer", "east-administrator", "worker"):
        assert client.put(path, json={"flow": {}}, headers=basic(name)).status_code == 403
    assert client.put(path, json={"plans": {}}, headers=who).status_code == 422

    flow = {"weights": {"closed": 1}, "limits": {"filed": {"clock_hours": 5}}}
    done = client.put(path, json={"flow": flow, "workload": {"household": 3}}, headers=who)
    assert done.status_code == 200 and done.json() == {"flow": flow, "workload": {"household": 3}}
    month = {"month": f"{datetime.now(UTC) + timedelta(hours=8):%Y-%m}"}
    deadline = time.monotonic() + 120
    while True:  # the process hears of it as of any write to the register
        sheet = client.get("/v1/affairs/scores", params=month, headers=basic("reviewer")).json()
        if sheet["weights"] == {"closed": 1}:
            break
        assert time.monotonic() < deadline, sheet["weights"]
        time.sleep(0.1)
    number = report(client)
    filed = step(client, number, "file")
    left = datetime.fromisoformat(filed["step_due_at"]) - datetime.fromisoformat(filed["step_since"])
    assert left == timedelta(hours=5)
    work = client.get("/v1/affairs/workload", headers=basic("worker")).json()
    assert (work["weights"]["household"], work["weights"]["incident"]) == (3, 2)
    assert client.put(path, json={"workload": {}}, headers=who).json() == {"flow": flow, "workload": {}}
    changes = client.get(f"{path}/history", headers=basic("reviewer")).json()["changes"][-3:]
    assert [(each["part"], each["terms"], each["made_by"]) for each in changes] == [
        ("flow", flow, "administrator"),
        ("workload", {"household": 3}, "administrator"),
        ("workload", {}, "administrator"),
    ]
    assert client.get(f"{path}/history", headers=basic("worker")).status_code == 403
    client.put(path, json=before, headers=who)
