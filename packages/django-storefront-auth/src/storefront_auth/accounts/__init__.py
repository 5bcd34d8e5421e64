"""Helpers for user accounts: names, email addresses, rights and the links in mails."""
