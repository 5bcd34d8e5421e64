"""What writes payments and refunds, and asks the providers between the writes."""
