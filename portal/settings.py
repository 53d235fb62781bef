"""Every setting, read from the environment (or `instance/portal.env`) here and nowhere else.

The three plain names `DATABASE_URL`, `PORT` and `INSTANCE` are what people expect; all others begin
with `PORTAL_`.
"""

from datetime import date
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from portal import outgoing

HTTP, HTTPS = 80, 443
ROOT = Path(__file__).resolve().parent.parent


class ProviderSettings(BaseModel):
    """One OpenID Connect provider. `issuer` is compared with the `iss` of the ID token."""

    issuer: str = ""
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    demo: bool = False
    scope: str = "openid"
    acr_values: str = ""
    subject_claim: str = "TechID"
    client_auth: Literal["client_secret_post", "client_secret_basic"] = "client_secret_post"
    userinfo_method: Literal["POST", "GET"] = "POST"


class OfficerProviderSettings(ProviderSettings):
    """The officers' provider: plain OpenID Connect where the citizens' has the national sign-in's ways."""

    subject_claim: str = "sub"
    userinfo_method: Literal["POST", "GET"] = "GET"


class Settings(BaseSettings):
    """Typed settings with safe defaults; a wrong value stops the start with a message that names it."""

    model_config = SettingsConfigDict(
        env_prefix="PORTAL_", env_nested_delimiter="__", extra="ignore", populate_by_name=True
    )

    environment: Literal["pilot", "production"] = "pilot"
    instance: Path = Field(default=ROOT / "instance", validation_alias="INSTANCE")
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    port: int = Field(default=8000, validation_alias="PORT", ge=1, le=65535)
    base_url: str = ""
    trusted_proxies: int = Field(default=0, ge=0, le=10)

    # The register of units is read as of this day: the pilot shows the province as it was before the
    # mergers of 2025. Empty: the day of the request.
    units_on: date | None = date(2020, 6, 1)
    province_agency: str = "H06"

    citizen_provider: ProviderSettings = ProviderSettings()
    officer_provider: OfficerProviderSettings = OfficerProviderSettings()

    ledger_origin: str = "hai-dang.pilot/ledger"
    ledger_interval_seconds: float = 1.0
    websub_hub: str = Field(default="", pattern=r"^(https?://\S+)?$")
    websub_hub_inside: bool = False  # the hub may stand in the operator's own network, and be without HTTPS
    web_hooks_inside: list[str] = []  # host:port of web hooks that may stand in the operator's own network
    # The log's first key: a file made on first use, or a key that an SSH agent holds. Later ones: `ledger rotate`.
    ledger_signer: str = Field(default="file", pattern=r"^(file|agent:/.+)$")
    ledger_public_key: str = ""

    open_data_licence: str = Field(
        default="https://creativecommons.org/licenses/by/4.0/", pattern=r"^https?://[^\s<>\"]+$"
    )
    open_data_contact: str = Field(default="", pattern=r"^((mailto:|https?://)[^\s<>\"]+)?$")

    # Whom to tell of a weakness (RFC 9116); without it there is no /.well-known/security.txt.
    security_contact: str = Field(default="", pattern=r"^((mailto:|https://|tel:)[^\s<>\"]+)?$")

    # Who must cosign the log, a file (docs/witnesses.md); without one no witness is asked. Without their quorum for so
    # long operators are told, then the public; then, where that is wanted, nothing is decided until they are back.
    ledger_policy: Path | None = None
    ledger_quorum_tell_minutes: float = Field(default=10, gt=0)
    ledger_quorum_public_hours: float = Field(default=4, gt=0)
    ledger_quorum_holds_decisions: bool = False

    # Where the worker makes a backup every hour (docs/backups.md); without it nobody does.
    backups: Path | None = None

    # Who signs papers with what, a file (docs/signatures.md); without one papers are not signed. A pilot makes its own.
    signers: Path | None = None
    verify_attempts_per_hour: int = 60  # files that one network address may have checked

    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"
    mail_from: str = "khong-tra-loi@hai-dang.invalid"

    max_request_bytes: int = 64 * 1024 * 1024
    max_file_bytes: int = 20 * 1024 * 1024
    max_files_per_draft: int = 30
    # ClamAV's clamd: `unix:/run/clamav/clamd.ctl`, or host:port. Without it files are not scanned, and administrators
    # are told so.
    clamd: str = Field(default="", pattern=r"^(unix:/\S+|[^\s/]+:[0-9]{1,5})?$")
    # How terms that begin from now on are counted (docs/calendar.md); running ones keep their rule.
    deadline_rule: Literal["vn-2018.1", "vn-2018.1-anew"] = "vn-2018.1"
    warn_hours: int = Field(default=16, ge=1, le=400)  # working hours before the due instant: due soon
    session_hours: int = 8
    mandate_longest_days: int = Field(default=365, ge=1, le=3660)  # from a mandate's first day to its last
    track_attempts_per_hour: int = 20
    signin_requests_per_hour: int = 600  # from one network address, which a whole office may share

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.base_url:
            self.base_url = f"http://127.0.0.1:{self.port}"
        self.base_url = self.base_url.rstrip("/")
        if self.ledger_signer != "file" and not self.ledger_public_key:
            raise ValueError(
                "PORTAL_LEDGER_SIGNER names an agent: set PORTAL_LEDGER_PUBLIC_KEY, as ssh-add -L shows it"
            )
        self._check_hub()
        if self.environment == "production":
            self._refuse_pilot_parts()
        return self

    def _check_hub(self) -> None:
        if not self.websub_hub:
            return
        try:
            outgoing.destination(self.websub_hub, allowed=self.hubs_inside)
        except outgoing.NotAllowed as error:
            raise ValueError(
                f"PORTAL_WEBSUB_HUB ({error.reason}) must be public, HTTPS, port 443; "
                "for a hub in your own network set PORTAL_WEBSUB_HUB_INSIDE=true"
            ) from error

    def _refuse_pilot_parts(self) -> None:
        if not self.base_url.startswith("https://"):
            raise ValueError("PORTAL_BASE_URL must begin with https:// in production")
        for provider in (self.citizen_provider, self.officer_provider):
            if provider.demo or not provider.issuer.startswith("https://"):
                raise ValueError(
                    "production needs real identity providers: "
                    "set PORTAL_CITIZEN_PROVIDER__ISSUER and PORTAL_OFFICER_PROVIDER__ISSUER"
                )
        if not self.smtp_host:
            raise ValueError("production sends letters by SMTP, never to readable files: set PORTAL_SMTP_HOST")

    @property
    def hubs_inside(self) -> frozenset[str]:
        """host:port of the hub, where it may stand in the operator's own network."""
        where = urlsplit(self.websub_hub)
        usual = HTTPS if where.scheme == "https" else HTTP
        return frozenset({f"{where.hostname}:{where.port or usual}"} if self.websub_hub_inside else ())

    @property
    def roll(self) -> Path | None:
        """The file that says who signs; a pilot has its own."""
        made = self.signing / "signers.toml"
        return self.signers or (made if self.environment == "pilot" and made.exists() else None)

    @property
    def signing(self) -> Path:
        return self.instance / "signing"

    @property
    def keys(self) -> Path:
        return self.instance / "keys"

    @property
    def files(self) -> Path:
        return self.instance / "files"

    @property
    def template_files(self) -> Path:
        return self.instance / "templates"

    @property
    def outbox(self) -> Path:
        return self.instance / "outbox"

    @property
    def sqlalchemy_url(self) -> str:
        """The database address with the driver named, as SQLAlchemy wants it."""
        url = self.database_url
        for prefix in ("postgres://", "postgresql://"):
            if url.startswith(prefix):
                return "postgresql+psycopg://" + url.removeprefix(prefix)
        return url
