"""What a practice of the handbook declares, as frozen data; nothing else lives here."""
