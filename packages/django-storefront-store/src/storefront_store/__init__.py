"""A store for Django and Django REST framework: catalogue, carts, orders, customers."""
