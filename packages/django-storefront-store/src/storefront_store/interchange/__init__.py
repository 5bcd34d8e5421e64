"""An opt-in app that imports and exports the catalogue."""
