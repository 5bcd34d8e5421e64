"""An app that moves the database of the course into the tables of the packages."""
