"""What a database out of reach looks like from here."""

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from boundaries.store.cluster import ClusterFailed, ClusterStopped

UNREACHABLE = (SQLAlchemyError, psycopg.Error, ClusterStopped, ClusterFailed)
