"""The models of the contract, of which the page's types are made: `python -m api.openapi FILE`."""

import json
import sys
from pathlib import Path
from typing import Any

from api.app import create_app
from api.contract import document
from boundaries.store.settings import Settings


def models() -> str:
    """An OpenAPI document with the models alone, as text that is the same for the same models.

    Answers may grow, and say so; the page knows only what is declared, so its models are closed.
    """
    schemas = document(create_app(Settings()))["components"]["schemas"]
    told = {
        "openapi": "3.1.0",
        "info": {"title": "models", "version": "1"},
        "paths": {},
        "components": {"schemas": {name: _closed(schema) for name, schema in schemas.items()}},
    }
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    """A model without its word that more members may come."""
    is_open = "properties" in schema and schema.get("additionalProperties") is True
    return {name: value for name, value in schema.items() if not (is_open and name == "additionalProperties")}


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(models(), "utf-8")
