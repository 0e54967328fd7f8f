"""What the next trial needs. May use analysis; knows no page and no assumption."""
