"""Backups of an installation, and putting one back.

A backup is a folder that is whole or not there:

    2026-11-29T221500Z/
        backup.json        what it is: `facts.Facts`
        database.sealed    pg_dump's custom format, sealed piece by piece (`sealed_dump`)
        instance/...       the files beside the database, as they rest there: sealed, or public
        SHA256SUMS         of all of these, as `sha256sum -c` reads it
        SEAL               the digest of SHA256SUMS, sealed: nobody without the keys can make or change a backup

The keys are never in it. A file that an earlier backup in the same folder has is a hard link to that one's.
"""
