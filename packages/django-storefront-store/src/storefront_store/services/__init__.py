"""Use cases. Every function that writes runs in one transaction."""
