"""What an administrator may set, each as an environment variable with the prefix YIWANG_."""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from boundaries.store.cluster import ServerAccount, default_home


class Settings(BaseSettings):
    """Built once in `create_app` or `cli.main` and passed down. An empty variable counts as unset."""

    model_config = SettingsConfigDict(env_prefix="YIWANG_", env_ignore_empty=True, frozen=True)

    database_url: str | None = Field(
        default=None,
        description="a PostgreSQL server with PostGIS, as postgresql://user:password@host/database;"
        " unset: the private PostGIS in `home`",
    )
    admin_database_url: str | None = Field(
        default=None,
        description="the same database as the role that owns the tables and migrates; unset: database_url",
    )
    home: Path | None = Field(
        default=None,
        description="the folder of the private PostGIS; unset: .yiwang/pg in the repository, or"
        " /var/lib/yiwang-<hash> where the server's account cannot reach that",
    )
    pg_bindir: Path | None = Field(
        default=None, description="the folder of postgres and initdb; unset: looked for"
    )
    pg_account: str = Field(default="postgres", description="who runs the private PostGIS when we are root")
    district: str | None = Field(
        default=None, description="the code of the district to serve; unset: the only one in the register"
    )
    host: str = Field(default="127.0.0.1", description="the address that the web server listens on")
    port: int = Field(default=8000, description="the port that the web server listens on", ge=0, le=65535)
    anonymous_reader: bool = Field(default=False, description="whether a visitor without an account may read")
    public_url: str | None = Field(
        default=None,
        description="where people reach this service, https://host/; the codes on boards lead there; unset:"
        " the address of the request",
    )
    basemap: str | None = Field(
        default=None,
        description="pictures beneath the net: an address with {z}, {x} and {y}, which the server asks, or a"
        " PMTiles file; unset: none",
    )
    basemap_datum: str | None = Field(
        default=None, description="what the basemap is drawn in: wgs84 or cgcs2000; needed with `basemap`"
    )
    basemap_attribution: str = Field(default="", description="whose basemap it is, shown on the map")
    webhooks: Path | None = Field(
        default=None, description="a JSON file of the addresses that changes are sent to; unset: none"
    )

    oidc_issuer: str | None = Field(
        default=None, description="the OpenID provider that people may sign in with; unset: passwords only"
    )
    oidc_client_id: str | None = Field(default=None, description="who we are to that provider")
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="our secret with that provider; unset: a public client"
    )
    oidc_client_secret_file: Path | None = Field(
        default=None, description="a file with that secret, instead of the variable"
    )
    oidc_claim: str = Field(
        default="preferred_username", description="the claim of the ID token that names the account"
    )

    @model_validator(mode="after")
    def _basemap_lies_where_the_net_lies(self) -> Self:
        if self.basemap is None:
            return self
        if self.basemap_datum not in ("wgs84", "cgcs2000"):
            said = f"is drawn in {self.basemap_datum}" if self.basemap_datum else "does not say its datum"
            raise ValueError(
                f"the basemap {said}: it must be wgs84 or cgcs2000 (YIWANG_BASEMAP_DATUM). One in gcj02 or"
                " bd09 lies some 550 to 1,300 m beside the net"
            )
        if "://" in self.basemap and not all(part in self.basemap for part in ("{z}", "{x}", "{y}")):
            raise ValueError("the address of the basemap needs {z}, {x} and {y}")
        return self

    @property
    def data_home(self) -> Path:
        """`home`, or its default on this machine. Raises NoServerAccount."""
        return self.home or default_home(ServerAccount.of_this_process(self.pg_account))
