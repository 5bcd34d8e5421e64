"""Generic likes for any Django model."""
