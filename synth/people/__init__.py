"""Who speaks, for which side, in whose voice, and what of them must stay private."""
