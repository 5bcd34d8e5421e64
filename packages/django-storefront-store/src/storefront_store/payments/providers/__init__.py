"""The interface between the store and the providers of django-payments."""
