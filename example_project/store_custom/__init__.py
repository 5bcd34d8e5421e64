"""The app that joins the four packages to one site."""
