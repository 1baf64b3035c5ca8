"""One module a page: its routes, and what its templates are given. A page decides nothing that a command does not."""
