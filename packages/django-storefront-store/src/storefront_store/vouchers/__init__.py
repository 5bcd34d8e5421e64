"""An opt-in app with vouchers."""
