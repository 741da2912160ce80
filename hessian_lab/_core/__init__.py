"""What every room stands on: errors, statuses, precision, identities, provenance.

Nothing here knows any physics, and nothing here imports jax when it is imported.
"""
