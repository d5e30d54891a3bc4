#!/usr/bin/python3
"""on_fuse.py COMMAND [ARGUMENT...]: runs a command with $TMPDIR on a FUSE file system (bindfs), and
exits with its status; with 77 where none can be mounted."""

import os
import shutil
import subprocess
import sys
import tempfile
import time

SKIPPED = 77


def main():
    program = shutil.which("bindfs")
    if program is None or not os.access("/dev/fuse", os.R_OK | os.W_OK):
        print("no bindfs, or no /dev/fuse: skipped")
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="fuse.", dir=os.environ.get("TMPDIR")) as folder:
        source, mounted = os.path.join(folder, "source"), os.path.join(folder, "mounted")
        os.mkdir(source)
        os.mkdir(mounted)
        # It unmounts when it is asked to end.
        server = subprocess.Popen([program, "-f", "--no-allow-other", source, mounted])
        try:
            deadline = time.monotonic() + 10
            while not os.path.ismount(mounted):
                if server.poll() is not None or time.monotonic() > deadline:
                    print("bindfs does not mount: skipped")
                    return SKIPPED
                time.sleep(0.02)
            environment = dict(os.environ, TMPDIR=mounted, WORDVEC_ON_FUSE="1")
            return subprocess.run(sys.argv[1:], env=environment).returncode
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    sys.exit(main())
