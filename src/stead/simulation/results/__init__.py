"""What a replay gave, for pages and lists."""
