"""A private PostGIS in a folder: the embedded default where no server is named."""

from boundaries.store.cluster.account import FolderOutOfReach, NoServerAccount, ServerAccount
from boundaries.store.cluster.binaries import PostgisMissing, find_binaries
from boundaries.store.cluster.folders import FolderNotOurs, Folders, default_home
from boundaries.store.cluster.server import ClusterFailed, ClusterStopped, ensure, stop, url

__all__ = [
    "ClusterFailed",
    "ClusterStopped",
    "FolderNotOurs",
    "FolderOutOfReach",
    "Folders",
    "NoServerAccount",
    "PostgisMissing",
    "ServerAccount",
    "default_home",
    "ensure",
    "find_binaries",
    "stop",
    "url",
]
