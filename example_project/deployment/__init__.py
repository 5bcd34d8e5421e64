"""What the deployment of the example needs besides its settings."""
