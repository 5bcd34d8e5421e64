"""Use cases of payments and refunds, which call the providers between transactions."""
