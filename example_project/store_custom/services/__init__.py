"""Use cases of the site."""
