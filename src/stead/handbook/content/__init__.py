"""The handbook as content, without Django: its files, their version, decide()."""
