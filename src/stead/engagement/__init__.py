"""Contacts, contact policy and the actions that are owed."""
