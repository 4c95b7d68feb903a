"""The contract: which role each route declares, and the OpenAPI document that says so."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts

from api import deprecation, repeats
from api.access import ANYONE, Needs
from api.context import writing_session
from api.cookies import COOKIE
from api.problems import MEDIA_TYPE
from api.schemas import Problem

_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


def declared_roles(app: FastAPI) -> dict[tuple[str, str], str | None]:
    """(method, path) of every route and the role that it declares; None where it declares none."""
    found: dict[tuple[str, str], str | None] = {}
    for route in iter_route_contexts(app.routes):
        needs = _needs_in(getattr(route, "dependant", None))
        role = needs.role if needs else None
        for method in route.methods or {"*"}:
            found[method, route.path or "?"] = role
    return found


def role_table(app: FastAPI) -> list[tuple[str, str, str, str]]:
    """(method, path, role, area) of every route; area says whether accounts confined to one get in."""
    rows = []
    for route in iter_route_contexts(app.routes):
        needs = _needs_in(getattr(route, "dependant", None))
        role = needs.role if needs else "undeclared"
        area = "whole district" if needs and needs.whole_district else "any"
        rows += [(method, route.path or "?", role, area) for method in sorted(route.methods or {"*"})]
    return sorted(rows, key=lambda row: (row[1], row[0]))


def document(app: FastAPI) -> dict[str, Any]:
    """FastAPI's document with the ways to sign in, the role of each route, and problems as we send them."""
    if app.openapi_schema is None:
        told = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        components = told.setdefault("components", {})
        components["securitySchemes"] = {
            "basic": {"type": "http", "scheme": "basic"},
            "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
            "key": {"type": "http", "scheme": "bearer"},
        }
        schemas = components.setdefault("schemas", {})
        schemas["Problem"] = Problem.model_json_schema()
        asking = _asking(app)
        for (method, path), role in declared_roles(app).items():
            operation = told["paths"].get(path, {}).get(method.lower())
            if operation is not None:
                _complete(operation, method, role, schemas, asks=(method, path) in asking)
                if method == "POST" and path not in repeats.WITHOUT:
                    _may_be_repeated(operation)
        _mark_deprecated(app, told)
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        app.openapi_schema = told
    return app.openapi_schema


def _asking(app: FastAPI) -> set[tuple[str, str]]:
    """(method, path) of the routes that have a session of their own on the register."""
    return {
        (method, route.path or "?")
        for route in iter_route_contexts(app.routes)
        for method in route.methods or ()
        if _depends_on(getattr(route, "dependant", None), writing_session)
    }


def _depends_on(dependant: Any, call: Callable[..., Any]) -> bool:
    return dependant is not None and (
        dependant.call is call or any(_depends_on(child, call) for child in dependant.dependencies)
    )


def _mark_deprecated(app: FastAPI, told: dict[str, Any]) -> None:
    for route in iter_route_contexts(app.routes):
        for each in deprecation.declared(getattr(route, "dependant", None)):
            for method in route.methods or ():
                operation = told["paths"].get(route.path, {}).get(method.lower())
                if operation is None:
                    continue
                operation["description"] = f"{operation.get('description', '')}\n\n{each.sentence}".strip()
                ending = [operation] if each.parameter is None else operation.get("parameters", [])
                for part in ending:
                    if each.parameter in (None, part.get("name")):
                        part["deprecated"] = True


def _needs_in(dependant: Any) -> Needs | None:
    if dependant is None:
        return None
    if isinstance(dependant.call, Needs):
        return dependant.call
    return next((found for child in dependant.dependencies if (found := _needs_in(child))), None)


def _at_the_doors(operation: dict[str, Any], method: str, role: str | None, *, asks: bool) -> set[str]:
    """What is answered around every route: an address that cannot be read, who may, a body, the register
    that is away, and a value that it cannot hold. asks: whether the route asks the register.

    Whoever signed in may read what readers may, so that only a route itself refuses him there (403).
    """
    found = {"400"}
    if role != ANYONE:
        found |= {"401", "503"}
        if role != "reader" or method != "GET":
            found.add("403")
        if asks:
            found.add("422")
    if "requestBody" in operation:
        found |= {"413", "422"}
    return found


def _may_be_repeated(operation: dict[str, Any]) -> None:
    operation.setdefault("parameters", []).append(
        {
            "name": repeats.HEADER,
            "in": "header",
            "description": "the same request again is answered alike and done once; kept for 30 days",
            "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
        }
    )
    operation["responses"].setdefault("400", {"description": "refused", "content": _PROBLEM})
    operation["responses"].setdefault("409", {"description": "refused", "content": _PROBLEM})


def _complete(
    operation: dict[str, Any], method: str, role: str | None, schemas: dict[str, Any], *, asks: bool
) -> None:
    operation["x-yiwang-role"] = role
    if role != ANYONE:
        operation["security"] = [{"basic": []}, {"session": []}, {"key": []}]
        operation["responses"].setdefault("429", {"description": "refused"})
    responses = operation["responses"]
    framework = responses.get("422", {}).get("content", {}).get("application/json", {}).get("schema", {})
    if framework.get("$ref", "").endswith("HTTPValidationError"):
        del responses["422"]
        if "parameters" in operation:
            responses.setdefault("400", {"description": "refused"})
        if "requestBody" in operation:
            responses["422"] = {"description": "refused"}
    for status in _at_the_doors(operation, method, role, asks=asks):
        responses.setdefault(status, {"description": "refused"})
    for status, response in responses.items():
        if status >= "4":
            response["content"] = _PROBLEM
    for content in operation.get("requestBody", {}).get("content", {}).values():
        schemas.update(content.get("schema", {}).pop("$defs", {}))
