"""Open data: the ledger, dossiers, procedures and units as files that anybody may take and compute with."""
