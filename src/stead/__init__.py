"""Stead runs a bank's customer-relationship handbook."""
