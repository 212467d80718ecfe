"""Users, roles and branches: who may see and do what."""
