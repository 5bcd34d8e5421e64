"""An opt-in app with an index for searches on PostgreSQL."""
