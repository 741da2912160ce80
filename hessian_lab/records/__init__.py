"""The files of a run: HDF5 shards with schema and provenance, written whole or not at all, and read back as groups.

What is in a shard stands in `COLUMNS`. What runs and in which order is `hessian_lab.campaign`'s business.
"""

from ._load import Group, load_run
from ._schema import COLUMNS, SCHEMA, Column
from ._shards import Shard, list_shards, read_shard, remove_leftovers, shard_folder, write_shard

__all__ = [
    "COLUMNS",
    "SCHEMA",
    "Column",
    "Group",
    "Shard",
    "list_shards",
    "load_run",
    "read_shard",
    "remove_leftovers",
    "shard_folder",
    "write_shard",
]
