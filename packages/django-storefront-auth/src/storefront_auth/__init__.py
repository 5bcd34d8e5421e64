"""Accounts and JSON Web Tokens for Django and Django REST framework."""
