"""A small witness: `python -m portal.ledger.witness`. See docs/witnesses.md.

It remembers how large each log was that it cosigned, and cosigns only what continues it (c2sp.org/tlog-witness). Needs
Python's standard library and `cryptography`; of the portal it uses the pure modules of the ledger alone. What runs it
can be read in an hour.
"""
