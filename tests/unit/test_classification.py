"""What a resource over its threshold is due to."""

from hypothesis import given
from hypothesis import strategies as st

from toban.domain.classification import classify

CPU = (
    "  PID  PPID USER     STAT %CPU %MEM   RSS     ELAPSED COMMAND\n"
    "  900     1 root     R     0.0  0.0  3000       00:00 ps -eo pid,ppid,user\n"
    " 4711     1 app      R    97.3  2.0 81920    01:00:00 php /srv/shop/import.php --all\n"
)
MEMORY = (
    "  PID USER %MEM RSS VSZ COMMAND\n 812 mysql 61.2 4194304 9000000 /usr/sbin/mysqld --user=x\n"
)


def test_the_process_that_takes_the_cpu_is_named() -> None:
    assert classify({"cpu_top": CPU}) == ["CPU: 97.3 % php /srv/shop/import.php --all (pid 4711)"]


def test_a_cpu_that_many_share_is_no_single_process_s() -> None:
    assert classify({"cpu_top": CPU.replace("97.3", "12.0")}) == [
        "CPU: no single process above 50 %"
    ]


def test_the_process_that_takes_the_memory_is_named_with_its_size() -> None:
    assert classify({"mem_top": MEMORY}) == [
        "memory: 61.2 % (4096 MB) /usr/sbin/mysqld --user=x (pid 812)"
    ]


def test_processes_that_wait_for_a_disk_and_zombies_are_counted() -> None:
    told = "D 12 1 jbd2 [jbd2/sda1]\nD 13 1 nfs cp /mnt/a b\nZ 99 77 - [worker] <defunct>\n"

    assert classify({"dstate": told}) == [
        "waiting for I/O (state D): 2, first [jbd2/sda1]",
        "zombies (state Z): 1, parent pid 77",
    ]


def test_what_the_kernel_killed_and_what_its_disks_say_comes_first() -> None:
    told = (
        "Out of memory: Killed process 812 (mysqld)\n"
        "blk_update_request: I/O error, dev sda, sector 1\n"
    )

    assert classify({"mem_top": MEMORY, "oom": told})[:2] == [
        "out of memory: Out of memory: Killed process 812 (mysqld)",
        "disk errors: blk_update_request: I/O error, dev sda, sector 1",
    ]


def test_the_largest_folders_of_a_disk_are_named() -> None:
    told = "5000000\t/\n3000000\t/var\n2500000\t/var/log\n100\t/etc\n"

    assert classify({"du": told}) == ["largest folders: /var 2929 MB, /var/log 2441 MB, /etc 0 MB"]


@given(st.dictionaries(st.sampled_from(["oom", "cpu_top", "mem_top", "dstate", "du"]), st.text()))
def test_whatever_a_server_prints_is_read_without_a_fault(told: dict[str, str]) -> None:
    assert all(classify(told))
