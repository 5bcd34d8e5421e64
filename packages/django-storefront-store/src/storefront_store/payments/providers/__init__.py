"""What stands between the store and the providers of django-payments."""
