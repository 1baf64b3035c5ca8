"""Documents for people who have neither git nor Synth: one HTML page, tables for spreadsheets, Word."""
