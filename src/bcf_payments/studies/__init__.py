"""What if, and what about the fund around it: each a file, each from tables or settlements to a table."""
