"""Reads from a streaming replica of PostgreSQL, while everybody sees their own writes at once. Off by default."""
