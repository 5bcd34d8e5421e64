"""The app that combines the four packages into one site."""
