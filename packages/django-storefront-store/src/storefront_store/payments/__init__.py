"""Payments and refunds of orders: an opt-in app."""
