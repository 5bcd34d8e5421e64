"""An opt-in app that fills the store with sample data."""
