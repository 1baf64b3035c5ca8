"""The CRM export as clean accounts, and which account a source is about."""
