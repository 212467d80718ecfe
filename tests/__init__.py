"""What crosses folders: acceptance, the access matrix, the house's own limits."""
