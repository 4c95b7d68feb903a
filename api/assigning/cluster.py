"""Shards on a Dask cluster: one that runs already, or worker processes of this machine."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from api.assigning.refusals import AssignRefused
from api.assigning.shards import Engine, Job, Receipt, Shard, assign_shard

RETRIES = 3


def on_dask(*, scheduler: str | None = None, workers: int = 2, timeout_s: float = 30) -> Engine:
    """An engine that gives every shard to a worker; a shard whose worker died goes to another.

    scheduler: the address of a cluster whose workers see the same folders and have this project
    installed. Without it, `workers` processes here, started anew and ended afterwards.
    """

    def run(job: Job, shards: Sequence[Shard]) -> Iterator[Receipt]:
        if not shards:
            return
        # imported here: it takes a second, and most commands need none of it
        from distributed import Client, KilledWorker, LocalCluster, as_completed

        with ExitStack() as stack:
            address = scheduler
            if address is None:
                cluster = LocalCluster(  # type: ignore[no-untyped-call]
                    n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None
                )
                address = stack.enter_context(cluster).scheduler_address
            try:
                client = stack.enter_context(Client(address, timeout=timeout_s))  # type: ignore[no-untyped-call]
            except (OSError, TimeoutError) as error:
                raise AssignRefused(f"no Dask scheduler answers at {address}: {error}") from error
            futures = client.map(
                assign_shard, [job] * len(shards), shards, retries=RETRIES, pure=False, key="shard"
            )
            try:
                for future in as_completed(futures):  # type: ignore[no-untyped-call]
                    yield future.result()
                    future.release()
            except KilledWorker as error:
                raise AssignRefused(f"a shard ended worker after worker: {error}") from error

    return run
