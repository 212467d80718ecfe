"""Speed, measured: each figure beside a limit or a peer in the same run."""
