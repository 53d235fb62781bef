"""The portal as `wsgi.py` makes it, but without gates: what is measured beside it in `bench.crowding`."""

from portal import create_app, held

app = create_app()
held.install(app)
