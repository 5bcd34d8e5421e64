"""Use cases: every function that writes does so in one transaction."""
