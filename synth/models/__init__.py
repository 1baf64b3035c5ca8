"""The seam to chat models: requests, retries, budget, and answers of the asked shape."""
