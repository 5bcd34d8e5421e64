"""The commands of the payments."""
