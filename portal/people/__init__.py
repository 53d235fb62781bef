"""Citizens, organisations and officers; the links to their identity providers; who is signed in."""
