"""Files that people download, fill in and hand in with a dossier: what they are, and where the public gets them."""
