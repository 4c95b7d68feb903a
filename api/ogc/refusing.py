"""From what tipg, its parsers and PostgreSQL raise to the refusals of this application."""

import contextlib
from collections.abc import AsyncIterator

import asyncpg
import cql2
from fastapi import HTTPException, Request
from morecantile.errors import MorecantileError
from tipg import errors as tipg

from api.ogc import nesting
from api.ogc.empty_tables import note_form
from api.ogc.refusals import BadOgcQuery, OgcUnavailable, UnknownOgcResource

# data, names and types, unsupported, too complex; PostGIS says XX000 of any geometry that it cannot take
_CALLERS_SQLSTATES = ("22", "42", "0A", "54", "XX000")
_OUR_SQLSTATES = ("42501", "42P01")  # rights and views are missing: our fault
_LATER_SQLSTATES = ("08", "53", "55", "57")


async def refusing(request: Request) -> AsyncIterator[None]:
    """A dependency around every OGC route: a bad parameter is 400, a register out of reach 503."""
    for given in request.query_params.getlist("filter"):
        nesting.check(given)
    try:
        note_form(request)
        yield
    except (tipg.NotFound, tipg.MissingGeometryColumn) as error:
        raise UnknownOgcResource(str(error)) from error
    except tipg.MissingCollectionCatalog:
        raise
    except asyncpg.PostgresError as error:
        raise _of_postgres(error) from error
    except (asyncpg.InterfaceError, OSError) as error:
        raise OgcUnavailable("The register cannot be reached at the moment; please try again.") from error
    except (
        tipg.TiPgError,
        cql2.ParseError,
        cql2.ValidationError,
        MorecantileError,
        ValueError,
        OverflowError,
    ) as error:
        raise BadOgcQuery(_first_line(error)) from error
    except HTTPException as error:
        if error.status_code == 422:
            raise BadOgcQuery(str(error.detail)) from error
        raise
    except Exception as error:
        if type(error) is Exception:  # cql2 raises nothing more precise for text that it cannot read
            raise BadOgcQuery("The filter cannot be read as CQL2.") from error
        raise


def _of_postgres(error: Exception) -> Exception:
    state: str = getattr(error, "sqlstate", None) or ""
    if state == "57014":
        return OgcUnavailable("The question took too long: narrow it by bbox, filter or limit.")
    if state.startswith(_LATER_SQLSTATES):
        return OgcUnavailable("The register cannot be reached at the moment; please try again.")
    if state.startswith(_CALLERS_SQLSTATES) and state not in _OUR_SQLSTATES:
        return BadOgcQuery(_first_line(error))
    return error


def _first_line(error: Exception) -> str:
    with contextlib.suppress(IndexError):
        return str(error).strip().splitlines()[0] or type(error).__name__
    return type(error).__name__
