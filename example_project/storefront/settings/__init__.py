"""Settings of the project: common ones, and a module for each environment."""
