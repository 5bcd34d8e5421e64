"""An opt-in app with shipping methods."""
