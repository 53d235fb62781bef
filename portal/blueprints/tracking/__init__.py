"""Where is my dossier? Looked up without signing in."""
