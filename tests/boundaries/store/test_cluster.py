"""The private PostGIS: made once, shared, found again, and back after whatever ended it."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from boundaries.store import cluster
from boundaries.store.cluster import processes
from boundaries.store.database import Reviver

REPOSITORY = Path(__file__).resolve().parents[3]
START = """
import sys
from pathlib import Path
from boundaries.store import cluster
cluster.ensure(Path(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """One cluster for this file; each test leaves it able to start."""
    folder = Path(tempfile.mkdtemp(prefix="yiwang-test-", dir="/tmp"))
    yield folder
    cluster.stop(folder, immediately=True)
    shutil.rmtree(folder)


def ask(home: Path, question: str) -> object:
    with psycopg.connect(cluster.url(home)) as connection:
        row = connection.execute(question).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return row[0]


def postmaster(home: Path) -> int:
    pid = processes.postmaster_pid(home / "data")
    assert pid is not None
    return pid


def kill_postmaster(home: Path) -> None:
    pid = postmaster(home)
    os.kill(pid, signal.SIGKILL)
    while processes.serves(pid, home / "data"):
        time.sleep(0.01)


def test_cluster_listens_on_its_socket_only_and_checks_its_pages(home: Path) -> None:
    cluster.ensure(home)
    assert ask(home, "show listen_addresses") == ""
    assert ask(home, "show data_checksums") == "on"
    assert ask(home, "show jit") == "off"
    assert (
        ask(home, "select count(*) from pg_available_extensions where name in ('postgis', 'btree_gist')") == 2
    )
    mode = cluster.Folders.of(home).socket.stat().st_mode & 0o777
    assert mode == 0o700


def test_server_does_not_run_as_root(home: Path) -> None:
    cluster.ensure(home)
    assert (home / "data").stat().st_uid != 0
    assert Path(f"/proc/{postmaster(home)}").stat().st_uid == (home / "data").stat().st_uid


def test_second_start_finds_the_same_server(home: Path) -> None:
    cluster.ensure(home)
    before = postmaster(home)
    assert cluster.ensure(home) == cluster.url(home)
    assert postmaster(home) == before


def test_chinese_letters_are_letters_and_codes_sort_by_bytes(home: Path) -> None:
    cluster.ensure(home)
    assert ask(home, "select '网格' ~ '^[[:alpha:]]+$'")
    assert ask(home, "select 'B' < 'a'")


def test_server_outlives_its_starter_and_its_terminal_and_holds_none_of_its_files(home: Path) -> None:
    cluster.stop(home)
    with tempfile.NamedTemporaryFile() as held:
        name = held.name
        os.set_inheritable(held.fileno(), True)
        starter = subprocess.Popen(
            [sys.executable, "-c", START, str(home)],
            cwd=REPOSITORY,
            start_new_session=True,  # stands for the terminal's session
            pass_fds=[held.fileno()],
        )
        assert starter.wait(120) == 0
    pid = postmaster(home)
    assert os.getsid(pid) != starter.pid
    assert os.getpgid(pid) != starter.pid
    files = {str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir() if entry.is_symlink()}
    assert str(cluster.Folders.of(home).lock) not in files
    assert name not in files
    assert ask(home, "select 1") == 1


def test_killed_postmaster_is_started_again(home: Path) -> None:
    cluster.ensure(home)
    before = postmaster(home)
    kill_postmaster(home)
    cluster.ensure(home)
    assert postmaster(home) != before
    assert ask(home, "select 1") == 1


def test_orphan_backends_of_a_killed_postmaster_are_ended_and_do_not_commit(home: Path) -> None:
    cluster.ensure(home)
    with psycopg.connect(cluster.url(home), autocommit=True) as connection:
        connection.execute("create table if not exists orphaned (number integer)")
        busy = connection.info.backend_pid

        def work() -> None:
            # a loop that looks at nothing but its own counter: it would run, and commit, for minutes
            with contextlib.suppress(psycopg.OperationalError):
                connection.execute("insert into orphaned select count(*) from generate_series(1, 300000000)")

        worker = threading.Thread(target=work)
        worker.start()
        while ask(home, f"select state from pg_stat_activity where pid = {busy}") != "active":
            time.sleep(0.01)
        kill_postmaster(home)
        assert processes.serves(busy, home / "data")
        cluster.ensure(home)
        assert not processes.serves(busy, home / "data")
        worker.join()
    assert ask(home, "select count(*) from orphaned") == 0


def test_pid_file_with_the_number_of_a_stranger_stops_nobody(home: Path) -> None:
    cluster.ensure(home)
    kept = (home / "data" / "postmaster.pid").read_text()
    cluster.stop(home)
    stranger = subprocess.Popen(["sleep", "600"])
    try:
        stale = "\n".join([str(stranger.pid), *kept.split("\n")[1:]])
        (home / "data" / "postmaster.pid").write_text(stale)
        cluster.ensure(home)
        assert ask(home, "select 1") == 1
        assert stranger.poll() is None  # and nobody hurt it
        assert postmaster(home) != stranger.pid
    finally:
        stranger.kill()
        stranger.wait()


def test_pid_file_with_the_number_of_a_zombie_stops_nobody(home: Path) -> None:
    cluster.ensure(home)
    kept = (home / "data" / "postmaster.pid").read_text()
    cluster.stop(home)
    zombie = subprocess.Popen(["true"])
    while Path(f"/proc/{zombie.pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z":
        time.sleep(0.01)
    (home / "data" / "postmaster.pid").write_text("\n".join([str(zombie.pid), *kept.split("\n")[1:]]))
    cluster.ensure(home)
    assert ask(home, "select 1") == 1
    zombie.wait()


@pytest.mark.parametrize("text", ["", "not a number\n", "999999999\n"])
def test_broken_pid_file_stops_nobody(home: Path, text: str) -> None:
    cluster.ensure(home)
    cluster.stop(home)
    (home / "data" / "postmaster.pid").write_text(text)
    cluster.ensure(home)
    assert ask(home, "select 1") == 1


def test_server_whose_socket_was_removed_is_reachable_again(home: Path) -> None:
    cluster.ensure(home)
    for entry in cluster.Folders.of(home).socket.iterdir():
        entry.unlink()
    cluster.ensure(home, timeout_s=20)
    assert ask(home, "select 1") == 1


def test_server_that_says_it_is_on_its_way_is_left_to_recover(home: Path) -> None:
    """A standby without connections recovers for ever; whoever waits for it gives up and does not end it."""
    cluster.ensure(home)
    cluster.stop(home)
    settings, sign = home / "data" / "postgresql.conf", home / "data" / "standby.signal"
    good = settings.read_text()
    settings.write_text(good + "\nhot_standby = off\n")
    sign.touch()
    try:
        with pytest.raises(cluster.ClusterFailed):
            cluster.ensure(home, timeout_s=8)
        first = postmaster(home)
        with pytest.raises(cluster.ClusterFailed):
            cluster.ensure(home, timeout_s=4)
        assert postmaster(home) == first and processes.serves(first, home / "data")
    finally:
        sign.unlink()
        settings.write_text(good)
        cluster.stop(home, immediately=True)
    cluster.ensure(home)
    assert ask(home, "select 1") == 1


def test_who_comes_while_a_start_fails_is_not_kept_waiting() -> None:
    tried: list[float] = []

    def start() -> None:
        tried.append(time.monotonic())
        raise cluster.ClusterFailed("start", Path("/x"), "its disk is full")

    revive = Reviver(start)
    with pytest.raises(cluster.ClusterFailed):
        revive()
    assert revive() is False and len(tried) == 1
    revive._not_before = 0.0
    with pytest.raises(cluster.ClusterFailed):
        revive()


def test_stopped_on_purpose_stays_down_for_those_who_ask(home: Path) -> None:
    cluster.ensure(home)
    cluster.stop(home)
    with pytest.raises(cluster.ClusterStopped):
        cluster.ensure(home, unless_stopped=True)
    with pytest.raises(psycopg.OperationalError):
        ask(home, "select 1")
    cluster.stop(home)  # a second time is no error
    cluster.ensure(home)
    assert cluster.ensure(home, unless_stopped=True) == cluster.url(home)


def test_server_that_cannot_start_says_why(home: Path) -> None:
    cluster.ensure(home)
    cluster.stop(home)
    settings = home / "data" / "postgresql.conf"
    good = settings.read_text()
    settings.write_text(good + "\nno_such_setting = on\n")
    try:
        with pytest.raises(cluster.ClusterFailed, match="no_such_setting"):
            cluster.ensure(home, timeout_s=2)
    finally:
        settings.write_text(good)
    cluster.ensure(home)


def test_half_made_cluster_is_made_again(cluster_home: Path) -> None:
    (cluster_home / "data").mkdir()
    (cluster_home / "data" / "PG_VERSION").write_text("15\n")
    cluster.ensure(cluster_home)
    assert ask(cluster_home, "select 1") == 1


def test_folder_with_a_longer_path_than_a_socket_may_have(cluster_home: Path) -> None:
    cluster_home.chmod(0o755)
    deep = cluster_home / "很长的文件夹名字" / ("x" * 90) / "it's here"
    try:
        cluster.ensure(deep)
        assert len(os.fsencode(deep)) > 108
        assert not cluster.Folders.of(deep).socket.is_relative_to(cluster_home)
        assert ask(deep, "select 1") == 1
    finally:
        cluster.stop(deep)
        shutil.rmtree(cluster.Folders.of(deep).socket)


def test_folder_of_somebody_else_in_tmp_is_refused(cluster_home: Path) -> None:
    cluster_home.chmod(0o755)
    deep = cluster_home / ("y" * 120)
    socket = cluster.Folders.of(deep).socket
    socket.symlink_to(cluster_home)
    try:
        with pytest.raises(cluster.FolderNotOurs) as refused:
            cluster.ensure(deep)
        assert refused.value.folder == str(socket)
    finally:
        socket.unlink()


def test_folder_that_the_server_cannot_enter_is_refused_with_a_way_out(cluster_home: Path) -> None:
    closed = cluster_home / "closed"
    closed.mkdir(mode=0o700 if os.geteuid() == 0 else 0o000)  # root goes in, its server's account does not
    try:
        with pytest.raises(cluster.FolderOutOfReach, match="YIWANG_HOME") as refused:
            cluster.ensure(closed / "pg")
        assert refused.value.folder == str(closed / "pg")
    finally:
        closed.chmod(0o700)


def test_default_home_is_in_the_repository_unless_the_server_cannot_reach_it(
    cluster_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = cluster.ServerAccount.of_this_process()
    monkeypatch.setattr("boundaries.store.cluster.folders.REPOSITORY", cluster_home)
    cluster_home.chmod(0o755)
    assert cluster.default_home(server) == cluster_home / ".yiwang" / "pg"
    cluster_home.chmod(0o700)
    elsewhere = cluster.default_home(server)
    if server.lent:
        assert elsewhere.parent == Path("/var/lib")
        assert elsewhere.name.startswith("yiwang-")
    else:
        assert elsewhere == cluster_home / ".yiwang" / "pg"
    cluster_home.chmod(0o755)


def test_missing_account_is_named() -> None:
    if os.geteuid() == 0:
        with pytest.raises(cluster.NoServerAccount, match="nobody-of-this-name"):
            cluster.ServerAccount.of_this_process("nobody-of-this-name")
    else:  # an ordinary user runs the server itself and needs no other account
        assert cluster.ServerAccount.of_this_process("nobody-of-this-name").uid == os.geteuid()


def test_ordinary_user_runs_a_cluster_of_their_own(cluster_home: Path) -> None:
    own = cluster_home / "own"
    own.mkdir()
    if os.geteuid() == 0:
        os.chown(own, 65534, 65534)
        cluster_home.chmod(0o755)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            home = own / "pg"
            cluster.ensure(home)
            version = ask(home, "select current_setting('server_version_num')::integer >= 150000")
            kill_postmaster(home)
            cluster.ensure(home)
            version_again = ask(home, "select current_setting('server_version_num')::integer >= 150000")
            cluster.stop(home)
            status = 0 if version and version_again else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert (own / "pg" / "data").stat().st_uid == own.stat().st_uid
