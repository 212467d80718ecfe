"""The book run: extracts in, the bankers' work out."""
