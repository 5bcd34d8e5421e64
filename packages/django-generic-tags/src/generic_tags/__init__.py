"""Generic tags for any Django model."""
