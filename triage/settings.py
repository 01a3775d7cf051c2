"""Deployment facts, read once from ``TRIAGE_…`` variables. Rules of the domain live in ``policy.toml`` instead.

Every setting carries its one sentence of documentation here; ``docs/settings.md`` is generated from it.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from triage.codes import LEVEL_OF_DIGITS
from triage.errors import BadSetup
from triage.model import Rank


def _own_data_path() -> Path:
    """The data folder of whoever runs this.

    Raises:
        BadSetup: nobody knows where their home is, so that it would be a folder of that name where they stand.
    """
    path = user_data_path("triage")
    if not path.is_absolute():
        raise BadSetup("No home folder is known here (HOME is not set); name a data folder in TRIAGE_DATA_DIR.")
    return path


def _level_of_the_division(told: dict[str, object]) -> Rank:
    """The level that a division's code tells: a county that names itself alone must not be taken for a national desk,
    with nobody above it on whom a report would be sealed.
    """
    return LEVEL_OF_DIGITS.get(len(str(told.get("office_division", ""))), Rank.NATION)


# What is asked for, in words, where the checks themselves speak of patterns
_FORMS = {
    "office_division": "a division's code has 2, 4, 6, 9 or 12 digits",
    "office_level": "it must be 1, 2, 3, 4, 5 or 6",
    "elasticsearch_index": "it must begin with triage, and go on with small letters, digits and hyphens",
    "log_level": "it must be DEBUG, INFO, WARNING or ERROR",
}


class Settings(BaseSettings):
    """The settings of one process."""

    model_config = SettingsConfigDict(env_prefix="TRIAGE_", frozen=True, extra="ignore")

    data_dir: Path = Field(
        default_factory=_own_data_path,
        description="Folder for everything that the program writes: database, keys, index, models, logs.",
    )
    host: str = Field("127.0.0.1", description="Address that `triage serve` listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port that `triage serve` listens on.")
    proxy: str = Field(
        "",
        description="Addresses or networks of the proxies before `triage serve`, with commas between: what they say in `X-Forwarded-For` is who sends, for the limit on rate; unset means that nobody is believed.",
    )
    database_url: str | None = Field(
        None,
        description="Address of the database, such as `postgresql://user@host/name`; unset means an SQLite file in the data folder.",
    )
    database_pool: int = Field(
        20, ge=8, le=200, description="Most connections to a PostgreSQL server that one process keeps open."
    )
    database_password_file: Path | None = Field(
        None, description="File with the password of the database's user; it takes the place of one in the address."
    )
    elasticsearch_url: SecretStr | None = Field(
        None,
        description="Address of an Elasticsearch cluster, such as `https://user@host:9200`, several nodes with commas between; unset means the index in the data folder.",
    )
    elasticsearch_password_file: Path | None = Field(
        None, description="File with the password of the user that the address of Elasticsearch names."
    )
    elasticsearch_ca_file: Path | None = Field(
        None,
        description="File with the certificate of the authority that Elasticsearch is trusted by; unset means those that the system trusts.",
    )
    elasticsearch_index: str = Field(
        "triage-reports",
        pattern=r"^triage[a-z0-9-]{0,80}$",
        description="What the names of the indices on Elasticsearch begin with; installations that share a cluster need one each.",
    )
    elasticsearch_shards: int = Field(
        1, ge=1, le=64, description="Primary shards of an index that is written from now on; one does to ten million."
    )
    master_key_file: Path | None = Field(
        None,
        description="File with the master key (64 hexadecimal digits); unset means `master.key` in the data folder.",
    )
    office_division: str = Field(
        "",
        pattern=r"^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})?$",
        description="Division code of the own office; unset means a national desk.",
    )
    office_level: Rank = Field(
        default_factory=_level_of_the_division,
        description="Level of the own office: 1 village, 2 township, 3 county, 4 prefecture, 5 province, 6 nation; unset means that of `TRIAGE_OFFICE_DIVISION`.",
    )
    office_head: str = Field(
        "",
        max_length=40,
        description="Full name of the head of the own office: a report that names its bearer in whatever part is sealed, unless he is only greeted or addressed.",
    )
    token: SecretStr | None = Field(
        None, description="Token under which the command line reads; unset means the token file of the data folder."
    )
    max_body_bytes: int = Field(1_048_576, ge=1024, description="Largest request body that the API takes, in bytes.")
    max_text_chars: int = Field(100_000, ge=100, description="Longest report text that is taken, in characters.")
    max_import_bytes: int = Field(
        2_000_000_000, ge=1024, description="Largest file that `triage import` takes, in bytes."
    )
    rate_per_hour: int = Field(
        600,
        ge=0,
        description="Reports, additions and questions with a receipt that one sender may send in an hour; 0 means no limit.",
    )
    additions_per_hour: int = Field(
        20, ge=0, description="What may be added to one report with its receipt in an hour; 0 means no limit."
    )
    worker_batch: int = Field(128, ge=1, le=200, description="Reports that the worker takes at once.")
    worker_lease: float = Field(
        30, ge=1, le=3600, description="Seconds after which a worker on PostgreSQL that was not seen is taken for dead."
    )
    reassess_per_minute: int = Field(
        300,
        ge=0,
        le=60_000,
        description="Older reports that an idle worker reads again by the model in use, at most so many a minute in all; 0 means none.",
    )
    metrics_port: int | None = Field(
        None,
        ge=1,
        le=65535,
        description="Port for `GET /metrics` of the API process; each worker takes the first free one of the 64 after it. Unset means none.",
    )
    metrics_host: str = Field(
        "127.0.0.1", description="Address of that port; any but the loopback needs `TRIAGE_METRICS_TOKEN_FILE`."
    )
    metrics_token_file: Path | None = Field(
        None, description="File with the bearer token that `GET /metrics` asks for (20 characters or more)."
    )
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least level of log lines.")

    @field_validator(
        "data_dir",
        "database_password_file",
        "elasticsearch_password_file",
        "elasticsearch_ca_file",
        "master_key_file",
        "metrics_token_file",
        mode="before",
    )
    @classmethod
    def _somewhere(cls, given: object) -> object:
        """An empty name would be the folder that somebody happens to stand in."""
        if given == "":
            raise ValueError("set and empty; name a path, or unset it")
        return given

    @model_validator(mode="before")
    @classmethod
    def _not_told(cls, given: dict[str, object]) -> dict[str, object]:
        """A composition hands on a level that nobody set as an empty word."""
        return {name: value for name, value in given.items() if name != "office_level" or value != ""}

    @field_validator("office_level")
    @classmethod
    def _some_level(cls, given: Rank) -> Rank:
        if given is Rank.NONE:
            raise ValueError(_FORMS["office_level"])
        return given

    @field_validator("proxy")
    @classmethod
    def _networks(cls, given: str) -> str:
        """Addresses alone: where any sender were believed, each could take another name for every report."""
        parts = [part.strip() for part in given.split(",") if part.strip()]
        for part in parts:
            try:
                network = ipaddress.ip_network(part)
            except ValueError:
                raise ValueError("addresses or networks with commas between, such as 172.18.0.1,10.0.0.0/24") from None
            if network.prefixlen == 0:
                raise ValueError("a network of all addresses believes every sender")
        return ",".join(parts)

    @property
    def sqlite(self) -> bool:
        """Whether the system of record is the embedded default."""
        return self.database_url is None or self.database_url.startswith("sqlite")

    @property
    def database(self) -> str:
        """The SQLAlchemy address in use; one of PostgreSQL without a driver means psycopg."""
        if self.database_url is None:
            return sqlite_address(self.data_dir / "triage.db")
        return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", self.database_url)

    @property
    def models_dir(self) -> Path:
        """Folder of the trained models."""
        return self.data_dir / "models"

    @property
    def index_dir(self) -> Path:
        """Folder of the embedded search index."""
        return self.data_dir / "index"

    @property
    def key_path(self) -> Path:
        """File of the master key."""
        return self.master_key_file or self.data_dir / "master.key"

    @property
    def token_path(self) -> Path:
        """File of the token that first start writes for the command line."""
        return self.data_dir / "token"

    @property
    def refused_dir(self) -> Path:
        """Folder of rows that an import refused."""
        return self.data_dir / "refused"


def sqlite_address(file: Path) -> str:
    """The address of an embedded database in this file; what an address reads otherwise, as the ? of a folder, is quoted."""
    return "sqlite:///" + str(file).replace("%", "%25").replace("?", "%3F")


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process; tests call ``get_settings.cache_clear()``.

    Raises:
        BadSetup: a variable breaks its rule; the sentence names it and never its value.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = "_".join(str(part) for part in first["loc"])
        rule = _FORMS.get(name) or first["msg"].removeprefix("Value error, ")
        raise BadSetup(f"TRIAGE_{name.upper()}: {rule}.") from None
