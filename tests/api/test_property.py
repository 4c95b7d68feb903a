"""Property of a compound over HTTP."""

import pandas as pd
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from boundaries.land import compounds
from boundaries.store import clock
from boundaries.store.database import Database
from tests.api.conftest import basic
from tests.api.test_duties import settled
from tests.boundaries import towns
from tests.boundaries.towns import YEAR, A, duty, office


@pytest.fixture(scope="module")
def managed(app: FastAPI, running: TestClient, database: Database, town: towns.Town) -> None:
    with database.transaction() as session:
        named = pd.DataFrame({"code": ["Y1"], "name": ["甲小区"]})
        compounds.put(session, town.district, named, valid_from=YEAR, stamp=clock.stamp(session))
        people = [
            office("W1", "甲物业", "13911112222"),
            office("T1", "社区物业站"),
            office("T2", "街道物业办"),
        ]
        posts = [
            duty("W1", "property", "Y1", kind="compound") | {"contract_until": "2027-12-31"},
            duty("T1", "property", A, kind="area"),
            duty("T2", "property", "140502001", kind="area"),
        ]
        towns.appoint(session, town, people, posts)
    settled(app)


def test_a_compound_names_company_contract_tiers_and_where_complaints_go(
    client: TestClient, managed: None
) -> None:
    told = client.get("/v1/compounds/Y1/property", headers=basic("dispatcher")).json()
    assert (told["company"]["name"], told["company"]["contract_until"]) == ("甲物业", "2027-12-31")
    assert told["committee"] is None
    assert [(tier["level"], tier["party"]["code"]) for tier in told["tiers"]] == [
        ("community", "T1"),
        ("street", "T2"),
    ]
    assert {matter: tier["code"] for matter, tier in told["complaints"].items()} == dict.fromkeys(
        ("27", "2701", "2702", "2703", "2704", "2705", "2706"), "T1"
    )
    masked = client.get("/v1/compounds/Y1/property").json()
    assert masked["company"]["phone"] == "139****2222"
    assert client.get("/v1/compounds/Y9/property").status_code == 404
