"""Letters about a dossier, a unit or a procedure of the public ledger, for whoever asked and confirmed. No account."""
