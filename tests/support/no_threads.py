"""Processes that get no thread: a filter of system calls (seccomp), which binds root too."""

import ctypes
import errno
import platform
import struct

PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 22, 38
SECCOMP_MODE_FILTER = 2
# Of the kernel's classic BPF: load a word, jump if equal, jump if bits are set, return.
LOAD, IF_EQUAL, IF_SET, RETURN = 0x20, 0x15, 0x45, 0x06
FAIL, ALLOW = 0x00050000, 0x7FFF0000
CLONE = {"x86_64": 56, "aarch64": 220}
CLONE3 = 435
CLONE_THREAD = 0x10000
NUMBER_AT, FLAGS_AT = 0, 16  # in struct seccomp_data

AVAILABLE = platform.machine() in CLONE


def refuse_threads():
    """For preexec_fn: pthread_create() fails from now on with EAGAIN, fork() does not."""
    filter_lines = [
        (LOAD, 0, 0, NUMBER_AT),
        (IF_EQUAL, 0, 1, CLONE3),
        (RETURN, 0, 0, FAIL | errno.ENOSYS),  # the C library then takes clone()
        (IF_EQUAL, 0, 3, CLONE[platform.machine()]),
        (LOAD, 0, 0, FLAGS_AT),
        (IF_SET, 0, 1, CLONE_THREAD),
        (RETURN, 0, 0, FAIL | errno.EAGAIN),
        (RETURN, 0, 0, ALLOW),
    ]
    code = b"".join(struct.pack("HBBI", *line) for line in filter_lines)
    buffer = ctypes.create_string_buffer(code, len(code))
    # struct sock_fprog
    program = ctypes.create_string_buffer(
        struct.pack("HP", len(filter_lines), ctypes.addressof(buffer)))
    libc = ctypes.CDLL(None, use_errno=True)
    if (libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
            or libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0) != 0):
        raise OSError(ctypes.get_errno(), "prctl")
