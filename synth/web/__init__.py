"""`synth serve`: a local page to add, run, review and read. It calls what the commands call and adds no logic.

Nothing below knows this package. Every request passes `security.Gate`; every change of the workspace goes through the
one worker of `work`, or holds the same lock as the command line; every page reads the ledger without holding it.
"""
