"""The application for a WSGI server."""

from portal import create_app, held

app = create_app()
held.install(app)
