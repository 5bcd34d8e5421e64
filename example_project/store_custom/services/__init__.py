"""The use cases of the site."""
