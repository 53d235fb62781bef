"""One script per task; each does its own set-up."""
