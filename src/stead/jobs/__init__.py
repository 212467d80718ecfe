"""Background work: the queue and its worker."""
