"""The three collections, as tipg wants to see them, and the pool of connections behind them."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import asyncpg
from morecantile import Tile, TileMatrixSet
from tipg.collections import Catalog, ItemList, PgCollection, pg_get_collection_index
from tipg.settings import DatabaseSettings

from api.ogc.empty_tables import refuse_empty_csv
from api.ogc.filters import check_filter
from api.ogc.refusals import OgcUnavailable, UnknownOgcResource

SCHEMA = "ogc"
TITLES = {
    "areas": "Areas 市区街道社区",
    "grids": "Grids in force 网格",
    "buildings": "Buildings 楼栋",
}


class PublishedView(PgCollection):
    """One published view; its features are named by their codes."""

    def cql_where(self, *args: Any, **kwargs: Any) -> Any:
        """tipg's WHERE. Raises BadOgcQuery for a filter with functions or columns that are not ours."""
        if kwargs.get("cql") is not None:
            check_filter(kwargs["cql"].to_json(), [column.name for column in self.table_columns])
        return super().cql_where(*args, **kwargs)

    async def features(self, *args: Any, **kwargs: Any) -> ItemList:
        """tipg's page of features. Raises EmptyTable for a CSV without rows."""
        found = await super().features(*args, **kwargs)
        refuse_empty_csv(found["items"], self.columns(kwargs.get("properties")))
        return found

    async def get_tile(self, *args: Any, tms: TileMatrixSet, tile: Tile, **kwargs: Any) -> bytes:
        """tipg's tile. Raises UnknownOgcResource for one outside the scheme."""
        if not tms.minzoom <= tile.z <= tms.maxzoom or not tms.is_valid(tile):
            raise UnknownOgcResource(f"There is no tile {tile.z}/{tile.x}/{tile.y} in {tms.id}.")
        drawn: bytes = await super().get_tile(*args, tms=tms, tile=tile, **kwargs)
        return drawn


class Catalogue:
    """The collections of one state of the net: read again when the state changes."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool
        self._lock = asyncio.Lock()
        self._tag: str | None = None
        self._collections: dict[str, PublishedView] = {}

    async def of(self, tag: str) -> Catalog:
        """The collections with their extents in the state that `tag` names."""
        async with self._lock:
            if tag != self._tag:
                self._collections = await self._read()
                self._tag = tag
        return Catalog(collections=dict(self._collections), last_updated=datetime.now(UTC))

    async def _read(self) -> dict[str, PublishedView]:
        settings = DatabaseSettings(
            schemas=[SCHEMA],
            tables=[f"{SCHEMA}.{name}" for name in TITLES],
            functions=[],
            exclude_function_schemas=["public"],
        )
        async with self.pool.acquire() as connection:
            found = await pg_get_collection_index(connection, settings)
        by_name = {collection.table: collection for collection in found}
        if set(by_name) != set(TITLES):
            raise OgcUnavailable("The published views cannot be read by the server's role.")
        return {name: _named(by_name[name]) for name in TITLES}


def _named(collection: Any) -> PublishedView:
    facts = collection.model_dump(by_alias=True)
    code = next(column for column in facts["table_columns"] if column["name"] == "code")
    return PublishedView(
        **facts | {"id": collection.table, "title": TITLES[collection.table], "id_column": code}
    )
