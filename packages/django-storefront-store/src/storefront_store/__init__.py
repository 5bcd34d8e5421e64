"""A shop for Django and Django REST framework: catalogue, carts, orders, customers."""
