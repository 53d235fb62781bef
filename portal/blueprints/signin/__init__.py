"""Signing in and out, by OpenID Connect; passwords are the providers' business, never ours."""
