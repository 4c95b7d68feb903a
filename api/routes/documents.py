"""The contract: the OpenAPI document, and one page that reads it without any script or outside address."""

from base64 import b64encode
from hashlib import sha256
from html import escape
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from api.access import Anyone
from api.frontdoor import CONTENT_SECURITY_POLICY
from api.routes.answers import as_json

router = APIRouter(include_in_schema=False)

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2733}
code,pre{font:13px/1.5 ui-monospace,monospace} pre{background:#f3f5f7;padding:.6rem;overflow:auto}
h2{margin-top:2.2rem;border-bottom:1px solid #ccd3da} h3{margin:1.6rem 0 .2rem}
table{border-collapse:collapse;width:100%}
td{border-top:1px solid #e3e8ec;padding:.2rem .6rem .2rem 0;vertical-align:top}
.verb{display:inline-block;min-width:4rem;font-weight:600} .role{color:#5b6b7a}
"""
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>{title}</title><style>{style}</style>
<h1>{title}</h1><p>{about}</p><p><a href="/openapi.json">openapi.json</a></p>{body}</html>"""
# this page's own style, told by its digest, and nothing else
_POLICY = CONTENT_SECURITY_POLICY.replace(
    "style-src 'self'", f"style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'"
)


@router.get("/openapi.json", name="openapi")
def read_openapi(request: Request, user: Anyone) -> Response:
    """The OpenAPI document."""
    return as_json(request.app.openapi())


@router.get("/docs", name="swagger_ui_html")
def read_docs(request: Request, user: Anyone) -> HTMLResponse:
    """The routes, for people."""
    document = request.app.openapi()
    by_tag: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            tag = (operation.get("tags") or ["other"])[0]
            by_tag.setdefault(tag, []).append(_operation(method, path, operation))
    body = "".join(f"<h2>{escape(tag)}</h2>{''.join(parts)}" for tag, parts in by_tag.items())
    about = escape(document["info"].get("description", "")).replace("\n", "<br>")
    page = _PAGE.format(title=escape(document["info"]["title"]), style=_STYLE, about=about, body=body)
    return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY})


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(parameter['name'])}</code></td><td>{escape(parameter['in'])}</td>"
        f"<td>{escape(parameter.get('description', ''))}</td></tr>"
        for parameter in operation.get("parameters", [])
    )
    answers = ", ".join(escape(status) for status in operation.get("responses", {}))
    role = escape(str(operation.get("x-yiwang-role", "")))
    return (
        f'<h3><span class="verb">{method.upper()}</span> <code>{escape(path)}</code></h3>'
        f"<p>{escape(operation.get('description', operation.get('summary', '')))}"
        f'<br><span class="role">role: {role} · answers: {answers}</span></p><table>{rows}</table>'
    )
