"""Helpers for the deployment of the example project."""
