"""The contract: which role each route declares, and the OpenAPI document that says so."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts

from api.access import ANYONE, Needs
from api.cookies import COOKIE
from api.problems import MEDIA_TYPE
from api.schemas import Problem

_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


def declared_roles(app: FastAPI) -> dict[tuple[str, str], str | None]:
    """(method, path) of every route and the role that it declares; None where it declares none."""
    found: dict[tuple[str, str], str | None] = {}
    for route in iter_route_contexts(app.routes):
        dependant = getattr(route, "dependant", None)
        role = _role_in(dependant) if dependant is not None else None
        for method in route.methods or {"*"}:
            found[method, route.path or "?"] = role
    return found


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
        }
        schemas = components.setdefault("schemas", {})
        schemas["Problem"] = Problem.model_json_schema()
        for (method, path), role in declared_roles(app).items():
            operation = told["paths"].get(path, {}).get(method.lower())
            if operation is not None:
                _complete(operation, role, schemas)
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        app.openapi_schema = told
    return app.openapi_schema


def _role_in(dependant: Any) -> str | None:
    if isinstance(dependant.call, Needs):
        return dependant.call.role
    return next((role for child in dependant.dependencies if (role := _role_in(child))), None)


def _complete(operation: dict[str, Any], role: str | None, schemas: dict[str, Any]) -> None:
    operation["x-yiwang-role"] = role
    if role != ANYONE:
        operation["security"] = [{"basic": []}, {"session": []}]
    responses = operation["responses"]
    framework = responses.get("422", {}).get("content", {}).get("application/json", {}).get("schema", {})
    if framework.get("$ref", "").endswith("HTTPValidationError"):
        del responses["422"]
        if "parameters" in operation:
            responses.setdefault("400", {"description": "refused"})
        if "requestBody" in operation:
            responses["422"] = {"description": "refused"}
    for status, response in responses.items():
        if status >= "4":
            response["content"] = _PROBLEM
    for content in operation.get("requestBody", {}).get("content", {}).values():
        schemas.update(content.get("schema", {}).pop("$defs", {}))
