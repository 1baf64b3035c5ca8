"""What the best customers share, what segments earn, and how sure that is."""
