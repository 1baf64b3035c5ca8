"""Words, numbers and names in the scripts and languages we read, and how text is written safely."""
