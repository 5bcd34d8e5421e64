"""An app that imports the database of the well-known Django course into the tables of the packages."""
