"""The application, put together: `create_app` is the only wiring."""

from collections.abc import Callable
from typing import Any

from flask import Flask

from portal import (
    access,
    cli,
    condition_words,
    display,
    error_pages,
    frame,
    headers,
    i18n,
    jobs,
    logs,
    option_lists,
    sealing,
    templating,
)
from portal.backups import upkeep as backups_upkeep
from portal.blueprints.account import blueprint as account
from portal.blueprints.admin import blueprint as admin
from portal.blueprints.admin_units import blueprint as admin_units
from portal.blueprints.api import blueprint as api
from portal.blueprints.catalogue import blueprint as catalogue
from portal.blueprints.desk import blueprint as desk
from portal.blueprints.health.routes import blueprint as health
from portal.blueprints.home import blueprint as home
from portal.blueprints.ledger import blueprint as ledger
from portal.blueprints.opendata import blueprint as opendata
from portal.blueprints.signin import provider as signin_provider
from portal.blueprints.signin.views import blueprint as signin
from portal.blueprints.signposts import blueprint as signposts
from portal.blueprints.studio import blueprint as studio
from portal.blueprints.studio_import import blueprint as studio_import
from portal.blueprints.studio_synonyms import blueprint as studio_synonyms
from portal.blueprints.submission import blueprint as submission
from portal.blueprints.subscriptions import blueprint as subscriptions
from portal.blueprints.tracking.views import blueprint as tracking
from portal.blueprints.verifying import blueprint as verifying
from portal.dossiers import attachments, notices, paper_signing, running, warning
from portal.extensions import csrf, db, login
from portal.files import signature_reading
from portal.files.virus_scan import Clamd
from portal.ledger import hubs, quorum, scrubbing
from portal.letters import delivery as letters
from portal.mandates import notices as mandate_notices
from portal.notice_words import official_paper
from portal.opendata import upkeep as opendata_upkeep
from portal.reforms import upkeep as reforms_upkeep
from portal.settings import Settings
from portal.signatures.roll import Roll
from portal.template_files import shelf


class Portal(Flask):
    """The application."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No function of the portal is a coroutine: nobody has to look, ten times a request."""
        return func


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application; `settings` default to the environment's."""
    settings = settings or Settings()
    logs.install()
    app = Portal("portal", instance_path=str(settings.instance), static_folder="static/dist", static_url_path="/static")
    _configure(app, settings)
    templating.install(app)
    i18n.install(app)
    db.init_app(app)
    csrf.init_app(app)
    login.init_app(app, add_context_processor=False)  # `display` has its own, for those who may be signed in
    display.install(app)
    condition_words.install(app)
    frame.install(app)
    option_lists.install(app)
    headers.install(app)
    error_pages.install(app)
    access.install(app)
    _keep_files(settings)
    _sign_papers(settings)
    notices.install(settings.base_url)
    running.install(settings.deadline_rule)
    warning.install(settings.warn_hours)
    mandate_notices.install(settings.base_url)
    letters.configure(settings)
    scrubbing.configure(settings)
    quorum.install(settings)
    hubs.configure(settings)
    opendata_upkeep.install(settings)
    reforms_upkeep.install(settings.units_on)
    backups_upkeep.install(settings)
    jobs.run_inside(app.app_context)
    cli.install(app)
    _register_blueprints(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=_secret_key(settings),
        SQLALCHEMY_DATABASE_URI=settings.sqlalchemy_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_size": 10,
            "max_overflow": 20,
            "pool_use_lifo": True,
            "pool_pre_ping": False,
            "hide_parameters": True,  # an error's text must not carry personal data into a log
        },
        MAX_CONTENT_LENGTH=settings.max_request_bytes,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=1000,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
    )


def _keep_files(settings: Settings) -> None:
    """The places of people's files and of the catalogue's; what waits to be scanned rests under a key of its own."""
    key_file = settings.keys / "quarantine.key"
    sealing.make_key_file(key_file)
    scanner = Clamd(settings.clamd) if settings.clamd else None
    shelf.install(settings.template_files, scanner=scanner)
    attachments.install(
        settings.files,
        max_file_bytes=settings.max_file_bytes,
        max_files=settings.max_files_per_draft,
        quarantine_key=key_file.read_bytes(),
        scanner=scanner,
    )


def _sign_papers(settings: Settings) -> None:
    """Who signs, and whose signatures are trusted; a roll that cannot be used stops the start (BadRoll)."""
    found = Roll.read(settings.roll, demo=settings.environment == "pilot") if settings.roll else None
    paper_signing.install(found, render=official_paper)
    signature_reading.install([one.dump() for one in found.roots] if found else [])


def _secret_key(settings: Settings) -> bytes:
    """The cookie-signing key, and the sealing key installed: both files of the instance, made on first use."""
    key_file = settings.keys / "installation.key"
    sealing.make_key_file(key_file)
    sealing.install_key(key_file.read_bytes())
    cookie_file = settings.keys / "cookies.key"
    sealing.make_key_file(cookie_file)
    return cookie_file.read_bytes()


def _register_blueprints(app: Flask) -> None:
    """One line a face."""
    app.register_blueprint(health)
    signin_provider.install(app)
    app.register_blueprint(signin)
    app.register_blueprint(home)
    app.register_blueprint(catalogue)
    app.register_blueprint(ledger)
    app.register_blueprint(opendata)
    app.register_blueprint(api)
    app.register_blueprint(subscriptions)
    app.register_blueprint(submission)
    app.register_blueprint(account)
    app.register_blueprint(desk)
    app.register_blueprint(admin)
    app.register_blueprint(admin_units)
    app.register_blueprint(studio_import)
    app.register_blueprint(studio_synonyms)
    app.register_blueprint(studio)
    app.register_blueprint(tracking)
    app.register_blueprint(verifying)
    app.register_blueprint(signposts)
