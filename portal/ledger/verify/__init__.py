"""An outsider's audit of the whole log: `python -m portal.ledger.verify`. See docs/verifying.md.

Needs Python's standard library and `cryptography`. Of the portal it uses the pure modules of the ledger alone.
"""
