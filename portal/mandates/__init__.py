"""Mandates: somebody lets another person file for them, for a time, for some procedures, and can end it at once."""
