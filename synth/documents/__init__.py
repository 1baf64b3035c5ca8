"""From evidence to documents people review, and the proof that they hold."""
