"""The files of a run: HDF5 shards of glasses and of parents, written whole or not at all, and read back as groups.

What is in a shard stands in `COLUMNS`, what is in a file of parents in `PARENT_COLUMNS`. What runs and in which order
is `hessian_lab.campaign`'s business.
"""

from ._load import Group, load_run
from ._parents import ParentFile, list_parents, parent_folder, read_parents, remove_leftovers, write_parents
from ._schema import COLUMNS, EVIDENCE, PARENT_COLUMNS, RAGGED, SCHEMA, Column
from ._shards import Shard, list_shards, read_shard, shard_folder, write_shard

__all__ = [
    "COLUMNS",
    "EVIDENCE",
    "PARENT_COLUMNS",
    "RAGGED",
    "SCHEMA",
    "Column",
    "Group",
    "ParentFile",
    "Shard",
    "list_parents",
    "list_shards",
    "load_run",
    "parent_folder",
    "read_parents",
    "read_shard",
    "remove_leftovers",
    "shard_folder",
    "write_parents",
    "write_shard",
]
