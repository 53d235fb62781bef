"""The application for a WSGI server."""

import gc

from portal import create_app, gates, held

app = create_app()
gates.install(app)
held.install(app)
gc.collect()
gc.freeze()  # it lasts as long as the process: no collection of garbage need look at it again
