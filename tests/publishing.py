"""Publishing in tests: what waits in the outbox gets its positions now."""

import shutil

from flask import Flask
from sqlalchemy import text

from portal.extensions import db
from portal.ledger import handed_out
from portal.ledger.publisher import Publisher
from portal.settings import Settings


def publish_now(app: Flask) -> int:
    """Publish all that is pending in this test's database; how many entries.

    Every test has a database of its own and all share one instance folder: the checkpoint that another test handed
    out is set aside when this test's log is still empty, as a new installation would be.
    """
    settings: Settings = app.config["SETTINGS"]
    with app.app_context():
        fresh = db.session.execute(text("select published from ledger_head")).scalar_one() == 0
    if fresh:
        forget_handed_out(settings)
    publisher = Publisher.of(settings)
    try:
        return publisher.publish_pending()
    finally:
        publisher.close()


def forget_handed_out(settings: Settings) -> None:
    shutil.rmtree(handed_out.path_of(settings).parent, ignore_errors=True)
