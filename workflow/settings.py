"""Settings of an installation: the environment's ``HOSO_*``, nothing else. Names in ``docs/settings.md``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_SQLITE = "sqlite:///"


class Settings(BaseSettings):
    """Where data lies and who runs it. A value that is not set has the default of one laptop."""

    model_config = SettingsConfigDict(env_prefix="HOSO_", extra="ignore", frozen=True)

    database: str = Field(default="sqlite:///hoso.sqlite", description="sqlite:///path or postgresql://…")
    files: str = Field(default="file:hoso-files", description="file:folder, memory: or s3://bucket/prefix")
    province: str = Field(default="", description="id of the province this installation serves")
    max_file_bytes: int = Field(default=20 * 1024 * 1024, ge=1024, description="largest file of a paper, in bytes")
    token: SecretStr | None = Field(default=None, description="personal token of the person at the command line")
    secret: SecretStr | None = Field(default=None, description="key of the web application's cookies")
    fonts: Path | None = Field(default=None, description="folder of fonts for printed papers, tried first")
    exchange_keys: Path | None = Field(default=None, description="JSON file: commune id -> shared key")
    trust: Path | None = Field(default=None, description="certificates (PEM) that signers of papers must lead to")
    clamd: str = Field(default="", description="host:port or socket path of a clamd that every file must pass")
    debug: bool = False
    address: str = Field(default="", description="where the web application stands: links in letters, https, its name")
    proxy: str = Field(
        default="", description="address of the proxy before the web application, believed about callers"
    )
    smtp_host: str = Field(default="", description="mail server; empty: no mail")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="its port")
    smtp_security: Literal["starttls", "tls", "none"] = Field(default="starttls", description="how it is spoken to")
    smtp_user: str = Field(default="", description="sign-in at the mail server")
    smtp_password: SecretStr | None = Field(default=None, description="password there")
    smtp_from: str = Field(default="", description="address that letters come from")
    jobs: str = Field(default="", description="database of the jobs; empty: beside the application's")
    worker: str = Field(default="", description="name of this worker, the same over a restart")
    backups: Path | None = Field(default=None, description="folder of the nightly backups; none: no backups by itself")
    backups_kept: int = Field(default=14, ge=1, le=1000, description="nightly backups that are kept")

    def jobs_database(self) -> str:
        """Where queue and schedules are kept: a file of its own on SQLite, a schema of its own on PostgreSQL."""
        if self.jobs:
            return self.jobs
        path = self.database.removeprefix(_SQLITE)
        return self.database if path == self.database else f"{_SQLITE}{Path(path).with_suffix('')}-jobs.sqlite"


PACKAGE = Path(__file__).resolve().parent
DEFINITIONS = PACKAGE.parent / "dossier_schemas"
"""The law as data, installed beside the package."""

FIXTURES = PACKAGE.parent / "fixtures"
"""Sample data, installed beside the package."""
