"""What whoever runs Clickwatch can set, each as an environment variable `CLICKWATCH_...`."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from dashboard.errors import SettingsError

PREFIX = "CLICKWATCH_"
BESIDE_THE_APP = Path(__file__).resolve().parents[1] / ".clickwatch"


class AppSettings(BaseSettings):
    """The settings of one installation; server and worker read the same ones."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    home: Annotated[
        Path,
        Field(description="The data home: the folder of everything that is kept."),
    ] = BESIDE_THE_APP
    database_url: Annotated[
        str | None,
        Field(
            repr=False,
            description="Address of the Postgres that has the records; empty: SQLite in the data home.",
        ),
    ] = None
    host: Annotated[str, Field(description="The address on which the server listens.")] = (
        "127.0.0.1"
    )
    port: Annotated[int, Field(ge=1, le=65_535, description="The server's port.")] = 8501
    max_upload_mb: Annotated[
        int, Field(ge=1, le=100_000, description="The largest file that may be uploaded, in MB.")
    ] = 1_000
    owner_waiting_runs: Annotated[
        int, Field(ge=1, le=100_000, description="Runs of one person that may wait in the queue.")
    ] = 50
    owner_gb: Annotated[
        float, Field(gt=0, description="What files and runs of one person may take up, in GB.")
    ] = 100.0
    requests_per_minute: Annotated[
        int,
        Field(ge=60, description="Requests and clicks a minute that one browser may send."),
    ] = 3_000
    workers: Annotated[
        int,
        Field(ge=0, le=64, description="Workers a server starts; each trains one run at a time."),
    ] = 1
    start_method: Annotated[
        Literal["forkserver", "spawn"],
        Field(description="How training processes start; spawn for GPUs, macOS and Windows."),
    ] = "forkserver"
    keep_ready: Annotated[
        bool,
        Field(description="Whether a process waits, with all loaded, for the next run to start."),
    ] = True
    embedded_worker: Annotated[
        bool, Field(description="Whether the server starts workers itself.")
    ] = True
    stale_seconds: Annotated[
        float, Field(ge=2, le=3_600, description="Silence after which a worker counts as dead.")
    ] = 10.0
    training_memory_mb: Annotated[
        int,
        Field(ge=0, description="The memory that a training may take, in MB; 0: what is free."),
    ] = 0
    artefacts: Annotated[
        str | None,
        Field(
            pattern=r"^[a-z][a-z0-9+]*://\S+$",
            repr=False,
            description="Address of the files that several machines share, such as s3://bucket/prefix; "
            "empty: they are in the data home.",
        ),
    ] = None
    cache_gb: Annotated[
        float,
        Field(gt=0, description="What of the shared files this machine keeps at hand, in GB."),
    ] = 50.0
    engine: Annotated[
        str | None,
        Field(
            pattern=r"^dask://[^/\s]+:\d+$",
            description="Scheduler of the Dask cluster that judges very many users; "
            "empty: each run's own process does.",
        ),
    ] = None
    engine_tls: Annotated[
        Path | None,
        Field(
            description="Folder with ca.pem, cert.pem and key.pem for that cluster; empty: no TLS."
        ),
    ] = None
    secret_key: Annotated[
        str | None,
        Field(
            min_length=32,
            repr=False,
            description="What signs cookies and makes pseudonyms; empty: a key in the data home.",
        ),
    ] = None
    operator_token: Annotated[
        str | None,
        Field(
            min_length=16,
            repr=False,
            description="What shows figures of the installation to its operator; empty: to nobody.",
        ),
    ] = None
    smtp_url: Annotated[
        str | None,
        Field(repr=False, description="The mail server for digests: smtps://user:password@host."),
    ] = None
    mail_from: Annotated[
        str | None, Field(description="The sender of mail, such as clickwatch@example.org.")
    ] = None
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Field(description="The least severe message that is logged."),
    ] = "info"

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    @property
    def records_url(self) -> str:
        """The address of the records in use. It may have a password: it is for no eyes."""
        return self.database_url or f"sqlite:///{self.home / 'clickwatch.db'}"

    def environment(self) -> dict[str, str]:
        """Return these settings as environment variables, for a process that shall share them."""
        chosen = self.model_dump(mode="json", exclude_none=True)
        return {f"{PREFIX}{name.upper()}": str(value) for name, value in chosen.items()}


def read_settings() -> AppSettings:
    """Return the settings of this process's environment. Raises SettingsError naming the variable."""
    try:
        return AppSettings()
    except ValidationError as error:
        first = error.errors()[0]
        variable = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(
            f"{variable} cannot be used: {first['msg'].lower()}; received {first['input']!r}."
        ) from error
