"""Settings of the project: common settings, and a module for each environment."""
