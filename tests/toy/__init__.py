"""A practice for tests: bankers note what customers say about stamps; who collects many gets a word."""
