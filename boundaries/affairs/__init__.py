"""What happens: incidents."""
