"""A blank project with the four packages and the store's opt-in apps, of which releases keep a database."""
