"""Files that people send: what they are, whether they may harm, where their bytes rest. Knows no dossier, no table."""
