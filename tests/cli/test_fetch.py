#!/usr/bin/python3
"""`wordvec fetch` against a server on loopback that misbehaves in every way that servers do."""

import gzip
import hashlib
import io
import json
import os
import random
import resource
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import unittest
import zipfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import cli  # noqa: E402
from cli import ALL_ANSWERED, BINARY, FILE_ERROR, WRONG_USAGE  # noqa: E402
from model_server import File, ModelServer, RawServer  # noqa: E402
from no_threads import AVAILABLE as CAN_REFUSE_THREADS, refuse_threads  # noqa: E402

FETCH = Path(BINARY).with_name("wordvec-fetch")


def glove(seed, rows, dim):
    """GloVe text that hardly compresses, as bytes."""
    numbers = random.Random(seed)
    return "".join(
        f"w{row} " + " ".join(f"{numbers.uniform(-1, 1):.5f}" for _ in range(dim)) + "\n"
        for row in range(rows)
    ).encode()


TEXT = glove(1, 200, 20)
PACKED = gzip.compress(TEXT, mtime=0)
MEMBERS = {f"m.{dim}d.txt": glove(dim, 300, dim) for dim in (5, 40, 60, 100)}


def zip_of(members, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


ARCHIVE = zip_of(MEMBERS)


def compressed_size(archive, member):
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return opened.getinfo(member).compress_size


@unittest.skipUnless(FETCH.exists(), "wordvec-fetch is not built")
class FetchTest(cli.CommandTest):
    def setUp(self):
        super().setUp()
        self.server = self.enterContext(ModelServer())
        self.models = self.data_home / "wordvec"

    def serve(self, path, data=b"", **options):
        self.server.files[path] = File(data, **options)
        return self.server.url(path)

    def fetch(self, *arguments, **options):
        return self.run_command("fetch", "--retry-delay", 0.002, *arguments, **options)

    def catalogue(self, **entry):
        """A catalogue of one model, m.40d of m.zip; the addresses are to be given with --url."""
        entry = {"name": "m.40d", "archive": "m.zip", "member": "m.40d.txt", **entry}
        return self.write("catalogue.json", json.dumps([entry]))

    def installed(self):
        return sorted(p.name for p in self.models.iterdir()) if self.models.exists() else []

    def check_model(self, name, text=TEXT):
        words, rows = cli.read_container(self.models / f"{name}.safetensors")
        lines = text.splitlines()
        self.assertEqual(words, [line.split(b" ")[0] for line in lines])
        self.assertEqual(rows, [cli.float32(*line.split(b" ")[1:]) for line in lines])

    def check_alone(self, name, text=TEXT):
        """The model and the default, and nothing else."""
        self.check_model(name, text)
        self.assertEqual(self.installed(), sorted(["default.safetensors", f"{name}.safetensors"]))

    def check_nothing(self, *left):
        """No model, and of the download only what is named."""
        self.assertEqual(self.installed(), sorted(left))


class WholeFiles(FetchTest):
    def test_any_address_is_fetched_and_becomes_the_default(self):
        url = self.serve("/some/vectors.txt.gz", PACKED)
        result = self.fetch("--url", url)
        self.assert_says(result, ALL_ANSWERED, "http:// is not encrypted",
                         "vectors: 200 rows of 20 values in .*vectors.safetensors", "the default now")
        self.check_alone("vectors")
        self.assertEqual(os.readlink(self.models / "default.safetensors"), "vectors.safetensors")
        asked = self.run_command("lookup", "--rows", "w7")
        self.assert_answered(asked)
        self.assertEqual(asked.lines, ["7"])

    def test_a_model_that_is_there_is_not_fetched_again(self):
        url = self.serve("/v.txt", TEXT)
        self.assertEqual(self.fetch("--url", url, "-q").status, ALL_ANSWERED)
        before = len(self.server.requests)
        self.assert_says(self.fetch("--url", url), ALL_ANSWERED, "is there already: .*--again")
        self.assertEqual(len(self.server.requests), before)
        other = glove(2, 50, 4)
        self.serve("/v.txt", other)
        self.assert_answered(self.fetch("--url", url, "--again", "-q"))
        self.check_alone("v", other)

    def test_another_folder_another_name_and_keeping_the_download(self):
        packed = PACKED
        url = self.serve("/v.txt.gz", packed)
        result = self.fetch("mine", "--url", url, "--dir", "here", "--keep")
        self.assert_says(result, ALL_ANSWERED, "is kept: here/v.txt.gz")
        self.assertEqual(sorted(os.listdir(self.folder / "here")), ["mine.safetensors", "v.txt.gz"])
        self.assertEqual((self.folder / "here" / "v.txt.gz").read_bytes(), packed)
        self.assertEqual(self.installed(), [])
        (self.folder / "here" / "mine.safetensors").unlink()
        self.assertEqual(self.fetch("mine", "--url", url, "--dir", "here", "--keep").status, 0)
        self.assertIn("v.txt.gz.1", os.listdir(self.folder / "here"))

    def test_the_models_folder_by_another_name_is_it(self):
        url = self.serve("/v.txt", TEXT)
        self.fetch("--url", url, "--dir", f"{self.data_home}/./wordvec//")
        self.check_alone("v")

    def test_a_link_that_leads_nowhere_is_noticed_first(self):
        self.models.mkdir()
        (self.models / "v.safetensors").symlink_to("/nowhere/x")
        result = self.fetch("--url", self.serve("/v.txt", TEXT))
        self.assert_says(result, FILE_ERROR, "is a link to '/nowhere/x', which is not there")
        self.assertEqual(self.server.requests, [])
        self.check_nothing("v.safetensors")

    def test_without_a_network_two_tries_are_enough(self):
        for host in ("127.0.0.1:1", "no.such.host.invalid"):
            result = self.fetch("--url", f"HTTPS://{host}/v.txt")
            self.assert_says(result, FILE_ERROR, r"\(2 attempts\): is there a network")
        self.check_nothing()

    def test_an_error_begins_with_what_it_is_about(self):
        result = self.fetch("--url", self.serve("/v.txt", b"king 1 2\nqueen 1\n"))
        self.assert_says(result, FILE_ERROR, r"error: /\S*wordvec/v\.txt:2: ")

    def test_an_archive_that_is_there_is_not_said_to_be_downloaded(self):
        url = self.serve("/m.zip", ARCHIVE, ranges=False)
        self.models.mkdir()
        (self.models / "m.40d.part").write_bytes(ARCHIVE)
        (self.models / "m.40d.part.json").write_text(json.dumps(
            {"url": url, "validator": '"1"', "member": "", "total_bytes": len(ARCHIVE), "first": 0,
             "wanted_bytes": 0, "prefix_bytes": 0}))
        result = self.fetch("--url", url, "--member", "m.40d.txt")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assertNotIn("all of the archive", result.stderr)
        self.check_alone("m.40d", MEMBERS["m.40d.txt"])

    def test_a_second_model_leaves_the_default(self):
        self.fetch("--url", self.serve("/a.txt", TEXT))
        self.fetch("--url", self.serve("/b.txt", TEXT))
        self.assertEqual(os.readlink(self.models / "default.safetensors"), "a.safetensors")

    def test_a_broken_connection_is_resumed(self):
        random_place = random.randrange(50, len(TEXT) - 80)
        url = self.serve("/v.txt", TEXT, cuts=[random_place, 50])
        result = self.fetch("--url", url)
        self.assert_says(result, ALL_ANSWERED, "the connection broke.*trying again")
        self.assertEqual(
            self.server.ranges_asked("/v.txt"),
            [None, f"bytes={random_place}-", f"bytes={random_place + 50}-"],
        )
        self.check_alone("v")

    def test_without_ranges_a_broken_download_begins_anew(self):
        url = self.serve("/v.txt", TEXT, cuts=[4000], ranges=False)
        self.assertEqual(self.fetch("--url", url).status, ALL_ANSWERED)
        self.check_alone("v")

    def test_a_file_that_changed_in_between_begins_anew(self):
        other = glove(3, 150, 20)
        url = self.serve("/v.txt", TEXT, cuts=[4000] * 9)
        self.assert_says(self.fetch("--url", url), FILE_ERROR, r"\d+ bytes are kept")
        self.check_nothing("v.part", "v.part.json")
        self.serve("/v.txt", other, etag='"2"')
        self.assertEqual(self.fetch("--url", url).status, ALL_ANSWERED)
        self.check_alone("v", other)

    def test_after_a_kill_the_next_run_goes_on(self):
        url = self.serve("/v.txt", TEXT, trickle=0.02)
        with subprocess.Popen([BINARY, "fetch", "--url", url], cwd=self.folder,
                              env=self.environment(), stderr=subprocess.DEVNULL) as process:
            part = self.models / "v.part"
            deadline = time.monotonic() + 20
            while not (part.exists() and part.stat().st_size > 8192):
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.005)
            process.send_signal(signal.SIGKILL)
        self.check_nothing("v.part", "v.part.json")
        have = part.stat().st_size
        self.server.files["/v.txt"].trickle = 0
        self.assertEqual(self.fetch("--url", url).status, ALL_ANSWERED)
        self.assertEqual(self.server.ranges_asked("/v.txt"), [None, f"bytes={have}-"])
        self.check_alone("v")

    def leave(self, name, data, url, seconds_later):
        """What a killed run leaves: a part file with its state, written that much later than the
        model."""
        part = self.models / f"{name}.part"
        part.write_bytes(data)
        (self.models / f"{name}.part.json").write_text(json.dumps(
            {"url": url, "validator": '"1"', "member": "", "total_bytes": len(TEXT), "first": 0,
             "wanted_bytes": 0, "prefix_bytes": 0}))
        (self.models / f"{name}.part.json.new").write_text("half")
        time_ns = (self.models / f"{name}.safetensors").stat().st_mtime_ns + seconds_later * 10**9
        os.utime(part, ns=(time_ns, time_ns))

    def test_what_a_run_killed_behind_its_conversion_left_is_finished_by_the_next(self):
        url = self.serve("/v.txt", TEXT)
        self.assertEqual(self.fetch("--url", url).status, ALL_ANSWERED)
        (self.models / "default.safetensors").unlink()
        self.leave("v", TEXT, url, 0)
        result = self.fetch("--url", url)
        self.assert_says(result, ALL_ANSWERED, "is there already", "it is the default now")
        self.check_alone("v")
        # A state whose part file was kept under another name.
        self.leave("v", TEXT, url, 0)
        (self.models / "v.part").unlink()
        self.assert_says(self.fetch("--url", url), ALL_ANSWERED, "is there already")
        self.check_alone("v")

    def test_what_again_has_begun_stays_for_it(self):
        url = self.serve("/v.txt", TEXT)
        self.assertEqual(self.fetch("--url", url).status, ALL_ANSWERED)
        self.leave("v", TEXT[:5000], url, 10)
        self.assert_says(self.fetch("--url", url), ALL_ANSWERED, "is there already")
        self.assertIn("v.part", self.installed())
        self.assert_says(self.fetch("--url", url, "--again"), ALL_ANSWERED, "going on at")
        self.check_alone("v")

    def test_a_link_in_the_place_of_the_part_file_is_not_followed(self):
        self.models.mkdir()
        precious = self.write("precious", "old")
        (self.models / "v.part").symlink_to(precious)
        (self.models / "v.part.json.new").symlink_to(precious)
        result = self.fetch("--url", self.serve("/v.txt", TEXT))
        self.assert_says(result, FILE_ERROR, r"v\.part: cannot write: Too many levels of symbolic")
        (self.models / "v.part").unlink()
        self.assertEqual(self.fetch("--url", self.serve("/v.txt", TEXT)).status, ALL_ANSWERED)
        self.check_alone("v")
        self.assertEqual(precious.read_text(), "old")

    def test_a_body_that_only_its_end_gives_a_size(self):
        url = self.serve("/v.txt.gz", PACKED, chunked=True)
        self.assertEqual(self.fetch("--url", url).status, ALL_ANSWERED)
        self.check_alone("v")

    def test_statuses_that_pass_are_tried_again_and_others_not(self):
        url = self.serve("/v.txt", TEXT, statuses=[500, 503, 429])
        self.assert_says(self.fetch("--url", url), ALL_ANSWERED, "status 500.*trying again")
        self.check_alone("v")
        for status in (401, 403, 404, 410):
            url = self.serve("/w.txt", TEXT, statuses=[status] * 9)
            before = len(self.server.requests)
            self.assert_says(self.fetch("--url", url), FILE_ERROR, rf"error: http.*status {status}")
            self.assertEqual(len(self.server.requests), before + 1)
        url = self.serve("/w.txt", TEXT, statuses=[502] * 99)
        self.assert_says(self.fetch("--url", url), FILE_ERROR, r"status 502\) \(6 attempts\)")
        self.check_alone("v")

    def test_a_redirect_is_followed_and_a_circle_is_not(self):
        self.serve("/there/v.txt", TEXT)
        url = self.serve("/v.txt", redirect="/there/v.txt")
        self.assertEqual(self.fetch("--url", url).status, ALL_ANSWERED)
        self.check_alone("v")
        url = self.serve("/circle.txt", redirect="/circle.txt")
        self.assert_says(self.fetch("--url", url), FILE_ERROR, "in a circle")

    def test_a_web_page_is_no_file(self):
        page = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>" + b"x" * 9000
        for options in ({"content_type": "text/html; charset=utf-8"}, {}):
            url = self.serve("/v.txt", page, **options)
            self.assert_says(self.fetch("--url", url), FILE_ERROR, "is a web page \\('Sign in'\\)")
            self.check_nothing()
        url = self.serve("/v.zip", page, content_type="text/html")
        self.assert_says(self.fetch("--url", url), FILE_ERROR, "is a web page")
        self.check_nothing()

    def test_what_is_no_file_of_vectors_is_kept_and_named(self):
        url = self.serve("/v.txt", b"king 1 2\nqueen 1\n")
        result = self.fetch("--url", url)
        self.assert_says(result, FILE_ERROR, r"wordvec/v\.txt:2: ", "the download is kept")
        self.check_nothing("v.txt")

    def test_a_full_disk_keeps_what_has_come(self):
        url = self.serve("/v.txt", TEXT)

        def limit(size):
            return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

        result = self.fetch("--url", url, preexec_fn=limit(10000))
        self.assert_says(result, FILE_ERROR, "v.part: .*File too large", r"\d+ bytes of the download")
        self.check_nothing("v.part", "v.part.json")
        # Enough for the download, but not for the container.
        result = self.fetch("--url", url, preexec_fn=limit(len(TEXT) + 100))
        self.assert_says(result, FILE_ERROR, "v.safetensors: .*File too large", "are kept in")
        self.check_nothing("v.part", "v.part.json")
        before = self.server.body_bytes
        self.assertEqual(self.fetch("--url", url).status, ALL_ANSWERED)
        self.assertEqual(self.server.body_bytes, before)
        self.check_alone("v")

    def test_more_bytes_than_expected_are_stopped(self):
        self.serve("/m.gz", PACKED + b"\0" * 100000, chunked=True)
        size = len(PACKED)
        catalogue = self.catalogue(archive="m.gz", member="", archive_bytes=size)
        result = self.fetch("m.40d", "--catalogue", catalogue, "--url", self.server.url())
        self.assert_says(result, FILE_ERROR, f"more than the expected {size} bytes")
        self.check_nothing()

    def test_two_at_once_download_once(self):
        url = self.serve("/v.txt", TEXT, trickle=0.02)
        results = []
        runs = [threading.Thread(target=lambda: results.append(self.fetch("--url", url)))
                for _ in range(2)]
        for run in runs:
            run.start()
        for run in runs:
            run.join()
        self.assertEqual([result.status for result in results], [0, 0], results)
        said = "".join(result.stderr for result in results)
        self.assertIn("is there already", said)
        self.assertEqual(len(self.server.requests), 1)
        self.check_alone("v")


class Resuming(FetchTest):
    """Two answers become one file only where they are of one file."""

    def catalogue_of(self, *paths, **entry):
        urls = [self.server.url(path) for path in paths]
        return self.catalogue(archive="m.txt", member="", urls=urls, **entry)

    def test_a_server_that_never_gets_further_is_given_up(self):
        data = bytes(3 << 20)
        url = self.serve("/m.gz", data, ranges=False, cuts=[2 << 20] * 60)
        self.assert_says(self.fetch("--url", url), FILE_ERROR, r"\(6 attempts\)")
        self.assertLess(len(self.server.requests), 9)
        # The directory of an archive, cut off again and again.
        url = self.serve("/m.zip", zip_of({"v.txt": TEXT, "x" * 60000: b""}), cuts=[50000] * 60)
        before = len(self.server.requests)
        self.assert_says(self.fetch("--url", url, "--member", "v.txt"), FILE_ERROR,
                         r"\(6 attempts\)")
        self.assertLess(len(self.server.requests) - before, 9)

    def test_progress_makes_up_for_failures(self):
        url = self.serve("/m.txt", glove(4, 9000, 20), cuts=[20] * 4 + [1100000] + [20] * 4)
        self.assertEqual(self.fetch("--url", url, "-q").status, ALL_ANSWERED)

    def test_without_a_validator_nothing_is_gone_on_with(self):
        other = glove(7, 200, 20)
        url = self.serve("/v.txt", TEXT, etag="", cuts=[9000], then=[File(other, etag="")])
        self.assertEqual(self.fetch("--url", url).status, ALL_ANSWERED)
        self.assertEqual(self.server.ranges_asked("/v.txt"), [None, None])
        self.check_alone("v", other)
        url = self.serve("/w.txt", TEXT, etag="", cuts=[9000] * 9)
        result = self.fetch("--url", url)
        self.assert_says(result, FILE_ERROR, "the connection broke")
        self.assertNotIn("kept", result.stderr)
        self.check_nothing("default.safetensors", "v.safetensors")

    def test_with_a_sum_it_is(self):
        catalogue = self.catalogue_of("/v.txt", archive_sha256=hashlib.sha256(TEXT).hexdigest())
        self.serve("/v.txt", TEXT, etag="", cuts=[9000])
        self.assertEqual(self.fetch("m.40d", "--catalogue", catalogue).status, ALL_ANSWERED)
        self.assertEqual(self.server.ranges_asked("/v.txt"), [None, "bytes=9000-"])
        self.check_alone("m.40d")

    def test_a_rest_of_another_file_is_not_taken(self):
        for rows in (200, 190):  # of the same size as before, and of another
            other = b"".join(TEXT.replace(b"w", b"X").splitlines(True)[:rows])
            url = self.serve("/v.txt", TEXT, cuts=[9000],
                             then=[File(other, etag='"2"', if_range=False)])
            result = self.fetch("--url", url, "--again")
            self.assert_says(result, ALL_ANSWERED, "the file has changed.*trying again")
            self.check_alone("v", other)

    def test_a_member_of_another_archive_is_not_taken(self):
        member = {"m.100d.txt": MEMBERS["m.100d.txt"].replace(b"w", b"X")}
        # The first byte, the end, the member's header, half of the member.
        url = self.serve("/m.zip", ARCHIVE,
                         then=[File(ARCHIVE), File(ARCHIVE), File(ARCHIVE, cuts=[5000]),
                               File(zip_of({**MEMBERS, **member}), etag='"2"', if_range=False)])
        result = self.fetch("--url", url, "--member", "m.100d.txt")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.check_alone("m.100d", member["m.100d.txt"])

    def test_an_archive_that_changes_while_it_is_looked_at(self):
        # Between its first byte and its end.
        url = self.serve("/m.zip", zip_of({"m.40d.txt": TEXT}), then=[File(ARCHIVE, etag='"2"')])
        result = self.fetch("--url", url, "--member", "m.40d.txt")
        self.assert_says(result, ALL_ANSWERED, "the file has changed.*trying again")
        self.check_alone("m.40d", MEMBERS["m.40d.txt"])

    def test_a_piece_of_a_file_of_unknown_size_is_not_its_rest(self):
        url = self.serve("/v.txt", TEXT, chunked=True, total=False)
        self.models.mkdir()
        (self.models / "v.part").write_bytes(TEXT[:9000])
        (self.models / "v.part.json").write_text(json.dumps(
            {"url": url, "validator": '"1"', "member": "", "total_bytes": 0, "first": 0,
             "wanted_bytes": 0, "prefix_bytes": 0}))
        self.assert_says(self.fetch("--url", url), ALL_ANSWERED, "trying again")
        self.assertEqual(self.server.ranges_asked("/v.txt"), ["bytes=9000-", None])
        self.check_alone("v")

    def test_an_address_that_fails_leaves_what_another_gave(self):
        sum_of_text = hashlib.sha256(TEXT).hexdigest()
        for first, second in (("/none.txt", "/good.txt"), ("/good.txt", "/none.txt")):
            for entry in ({}, {"archive_bytes": len(TEXT), "archive_sha256": sum_of_text}):
                self.server.requests.clear()
                catalogue = self.catalogue_of(first, second, **entry)
                self.serve("/good.txt", TEXT, cuts=[9000] + [20] * 5)
                self.assert_says(self.fetch("m.40d", "--catalogue", catalogue), FILE_ERROR,
                                 r"\d+ bytes are kept")
                self.assertGreater((self.models / "m.40d.part").stat().st_size, 9000)
                self.serve("/good.txt", TEXT)
                self.server.requests.clear()
                result = self.fetch("m.40d", "--catalogue", catalogue)
                self.assert_says(result, ALL_ANSWERED, "going on at 9 kB")
                self.assertEqual(self.server.requests, [("/good.txt", "bytes=9100-")])
                self.check_alone("m.40d")
                for name in self.installed():
                    (self.models / name).unlink()

    def test_a_wrong_mirror_leaves_what_another_gave(self):
        catalogue = self.catalogue_of("/good.txt", "/bad.txt", archive_bytes=len(TEXT))
        self.serve("/bad.txt", TEXT[:-9])
        self.serve("/good.txt", TEXT, cuts=[9000] + [20] * 5)
        self.assert_says(self.fetch("m.40d", "--catalogue", catalogue), FILE_ERROR,
                         r"\d+ bytes are kept")
        self.assertGreater((self.models / "m.40d.part").stat().st_size, 9000)

    def test_the_state_is_private_and_never_written_through_a_link(self):
        precious = self.folder / "precious"
        precious.write_text("mine\n")
        self.models.mkdir()
        state = self.models / "v.part.json"
        state.symlink_to(precious)
        url = self.serve("/v.txt", TEXT, cuts=[9000] + [20] * 5)
        address = url.replace("//", "//user:secret@") + "?token=secret"
        result = self.fetch("--url", address)
        self.assert_says(result, FILE_ERROR, "bytes are kept")
        self.assertNotIn("secret", result.stderr)
        self.assertEqual(precious.read_text(), "mine\n")
        self.assertEqual(state.lstat().st_mode & 0o177777, 0o100600)
        state.unlink()
        os.mkfifo(state)
        self.serve("/v.txt", TEXT)
        self.assertEqual(self.fetch("--url", url).status, ALL_ANSWERED)
        self.check_alone("v")

    def test_again_beside_another_that_is_killed(self):
        url = self.serve("/v.txt", TEXT)
        self.fetch("--url", url, "-q")
        new = glove(5, 200, 20)
        self.serve("/v.txt", new, etag='"2"', trickle=0.05)
        run = lambda: subprocess.Popen(  # noqa: E731
            [BINARY, "fetch", "--url", url, "--again"], cwd=self.folder, env=self.environment(),
            stderr=subprocess.PIPE, text=True)
        with run() as first:
            part = self.models / "v.part"
            while not (part.exists() and part.stat().st_size > 8192):
                time.sleep(0.005)
            # However slowly the second starts, the first is at it still.
            self.server.files["/v.txt"].trickle = 3
            with run() as second:
                self.assertIn("waiting", second.stderr.readline() + second.stderr.readline())
                first.kill()
                self.server.files["/v.txt"].trickle = 0
                self.assertNotIn("is there already", second.stderr.read())
                self.assertEqual(second.wait(), ALL_ANSWERED)
        self.check_alone("v", new)


class Kept(FetchTest):
    def test_only_under_a_name_of_its_own(self):
        for file in ("default.safetensors", "w.safetensors", "w.part", "w.part.json"):
            url = self.serve("/" + file, b"garbage\n")
            result = self.fetch("mine", "--url", url)
            self.assert_says(result, FILE_ERROR,
                             f"`wordvec convert \\S*/{file}.download \\S*/mine.safetensors`")
            self.check_nothing(file + ".download")
            (self.models / (file + ".download")).unlink()

    def test_the_command_that_goes_on_works(self):
        url = self.serve("/v.txt", b"king 1 2\nqueen 1\n")
        said = self.fetch("a'b", "--url", url, "-q").stderr
        command = said[said.index("`wordvec ") + 1 : said.rindex("` goes on")]
        done = subprocess.run(command.replace("wordvec", BINARY, 1) + " --skip-bad", shell=True,
                              env=self.environment(), capture_output=True, text=True)
        self.assertEqual(done.returncode, ALL_ANSWERED, done)
        self.assertIn("a'b.safetensors", self.installed())

    def test_never_outside_the_folder(self):
        self.serve("/x", b"echo\n")
        url = self.server.url("/x")
        for archive in ("../../.profile", "..", "a/.b", "a b"):
            catalogue = self.catalogue(archive=archive, member="", urls=[url])
            self.assert_refused(self.fetch("m.40d", "--catalogue", catalogue), FILE_ERROR,
                                "expected a file's name")
        catalogue = self.catalogue(archive="../../m", member="", urls=[url])
        self.assertEqual(self.fetch("m.40d", "--catalogue", catalogue).status, FILE_ERROR)
        self.check_nothing("m")
        self.serve("/sub/v.txt", TEXT)
        catalogue = self.catalogue(archive="sub/v.txt", member="")
        result = self.fetch("m.40d", "--catalogue", catalogue, "--url", self.server.url(), "--keep")
        self.assert_says(result, ALL_ANSWERED, "is kept: .*wordvec/v.txt")

    def test_a_damaged_archive_is_not_kept_and_the_next_address_tried(self):
        good = zip_of({"m.40d.txt": TEXT})
        bad = bytearray(good)
        bad[300] ^= 0x55
        self.serve("/bad/m.zip", bytes(bad), ranges=False)
        self.serve("/good/m.zip", good, ranges=False)
        catalogue = self.catalogue(
            member_sha1=hashlib.sha1(TEXT).hexdigest(),
            urls=[self.server.url(f"/{part}/m.zip") for part in ("bad", "good")])
        result = self.fetch("m.40d", "--catalogue", catalogue)
        self.assert_says(result, ALL_ANSWERED, "damaged.*trying the next address")
        self.check_alone("m.40d", TEXT)


class Catalogues(FetchTest):
    def test_sums_and_sizes_are_checked_and_may_be_allowed_to_differ(self):
        packed = PACKED
        self.serve("/m.gz", packed)
        right = hashlib.sha256(packed).hexdigest()
        wrong = hashlib.sha256(b"").hexdigest()
        base = ["--url", self.server.url()]
        for entry, said in (
            ({"archive_sha256": wrong}, f"found SHA-256 {right}, expected {wrong}"),
            ({"archive_bytes": 17}, f"found a file of {len(packed)} bytes, expected 17"),
        ):
            catalogue = self.catalogue(archive="m.gz", member="", **entry)
            result = self.fetch("m.40d", "--catalogue", catalogue, *base)
            self.assert_says(result, FILE_ERROR, said)
            self.check_nothing()
            result = self.fetch("m.40d", "--catalogue", catalogue, *base,
                                "--allow-checksum-mismatch")
            self.assert_says(result, ALL_ANSWERED, "warning: .*" + said.split(", exp")[0])
            self.check_alone("m.40d")
            for name in self.installed():
                (self.models / name).unlink()
        catalogue = self.catalogue(archive="m.gz", member="", archive_sha256=right,
                                   archive_bytes=len(packed), license="CC0", citation="Nobody 2020")
        result = self.fetch("m.40d", "--catalogue", catalogue, *base)
        self.assert_says(result, ALL_ANSWERED, "licence CC0; cite Nobody 2020")
        self.check_alone("m.40d")
        metadata = cli.container_header(self.models / "m.40d.safetensors")[0]["__metadata__"]
        self.assertIn("CC0", metadata.values())
        self.assertIn("Nobody 2020", metadata.values())
        self.assertIn("m.gz", metadata.values())

    def test_the_sum_of_a_member(self):
        self.serve("/m.zip", ARCHIVE)
        found = hashlib.sha1(MEMBERS["m.40d.txt"]).hexdigest()
        wrong = hashlib.sha1(b"").hexdigest()
        catalogue = self.catalogue(member_sha1=wrong)
        for ranges in (True, False):
            self.server.files["/m.zip"].ranges = ranges
            result = self.fetch("m.40d", "--catalogue", catalogue, "--url", self.server.url())
            self.assert_says(result, FILE_ERROR, f"found SHA-1 {found}, expected {wrong}",
                             "--allow-checksum-mismatch")
            self.check_nothing()
        catalogue = self.catalogue(member_sha1=found, archive_bytes=len(ARCHIVE),
                                   member_bytes=len(MEMBERS["m.40d.txt"]))
        result = self.fetch("m.40d", "--catalogue", catalogue, "--url", self.server.url())
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.check_alone("m.40d", MEMBERS["m.40d.txt"])

    def test_mirrors_are_tried_in_turn(self):
        self.serve("/bad/m.gz", gzip.compress(glove(9, 10, 5)))
        self.serve("/good/m.gz", PACKED)
        catalogue = self.catalogue(
            archive="m.gz", member="", archive_sha256=hashlib.sha256(PACKED).hexdigest(),
            urls=[self.server.url(f"/{part}/m.gz") for part in ("none", "bad", "good")],
        )
        result = self.fetch("m.40d", "--catalogue", catalogue)
        self.assert_says(result, ALL_ANSWERED, "status 404.*trying the next address",
                         "SHA-256.*trying the next address")
        self.check_alone("m.40d")

    def test_catalogues_that_make_no_sense(self):
        for text, said in (
            ("{", "is no catalogue"),
            ('[{"name": "a"}]', "model 1: has neither 'archive' nor 'urls'"),
            ('[{"archive": "a"}]', "model 1: has no 'name'"),
            ('[{"name": "a", "archive": "b", "sha256": "c"}]', "the key 'sha256'"),
            ('[{"name": "a", "archive": "b", "archive_sha256": "c"}]', "expected 64 lower-case"),
            ('[{"name": "a", "archive": "b", "archive_bytes": -1}]', "no whole number"),
            ('[{"name": "a", "archive": "b"}, {"name": "a", "archive": "b"}]', "one before it"),
            ("[7]", "model 1: is no object"),
        ):
            path = self.write("catalogue.json", text)
            self.assert_refused(self.fetch("a", "--catalogue", path), FILE_ERROR, said)

    def test_the_list(self):
        result = self.run_command("fetch", "--list")
        self.assert_answered(result)
        self.assertEqual(result.lines[0].split("\t"),
                         ["name", "download_bytes", "dim", "words", "license", "citation",
                          "by_hand"])
        rows = {fields[0]: fields for fields in result.fields}
        self.assertEqual(rows["glove.6B.300d"][2:5], ["300", "400000", "PDDL-1.0"])
        self.assertIn("crawl-300d-2M", rows)
        listed = json.loads(self.run_command("fetch", "--list", "-f", "json").stdout)
        self.assertEqual(len(listed), len(rows))
        one = self.run_command("fetch", "--list", "--catalogue", self.catalogue(dim=40))
        self.assertEqual(one.fields, [["m.40d", "", "40", "", "", "", ""]])
        unknown = [model for model in listed if model["download_bytes"] is None]
        self.assertIn("glove.2024.dolma.300d", [model["name"] for model in unknown])
        by_hand = [model["name"] for model in listed if model["by_hand"]]
        self.assertEqual(by_hand, ["GoogleNews-vectors-negative300"])
        table = self.run_command("fetch", "--list", "-f", "table").stdout.decode()
        self.assertRegex(table, r"glove.6B.50d +69 MB +50 +400000")
        self.assertRegex(table, r"GoogleNews\S+ +by hand +300")
        self.assertNotIn("Pennington", table)
        for arguments in (["x"], ["--url", "https://x/"], ["--keep"], ["--dir", "x"]):
            self.assert_refused(self.run_command("fetch", "--list", *arguments), WRONG_USAGE,
                                "--list downloads nothing")

    def test_wrong_usage(self):
        for arguments, said in (
            ([], "expected a model's name .*--list"),
            (["glove.6B.300"], "no model 'glove.6B.300'.*did you mean 'glove.6B.300d'"),
            (["GoogleNews-vectors-negative300"], "download it by hand from https://code.google"),
            (["--url", "ftp://x/y.txt"], "expected an address that begins with https://"),
            (["--url", "https://127.0.0.1:1/"], "is a folder: name a model"),
            (["--url", "https://127.0.0.1:1/default.txt"], "cannot be a model's name"),
            (["../x", "--url", "https://127.0.0.1:1/a.txt"], "cannot be a model's name"),
            (["glove.6B.50d", "--member", "x"], "--member is for files"),
            (["glove.6B.50d", "--kep"], "did you mean '--keep'"),
            (["--url", ""], "empty value"),
            (["a", "b"], "one too many"),
        ):
            self.assert_refused(self.run_command("fetch", *arguments), WRONG_USAGE, said)
        self.check_nothing()


class Archives(FetchTest):
    def check_member(self, archive, member, text, **options):
        url = self.serve("/m.zip", archive, **options)
        result = self.fetch("--url", url, "--member", member)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        name = Path(member).stem
        self.check_alone(name, text)
        return result

    def test_only_the_member_is_downloaded(self):
        for dim in (5, 40, 60, 100):
            with self.subTest(dim=dim):
                self.server.body_bytes = 0
                member = f"m.{dim}d.txt"
                self.check_member(ARCHIVE, member, MEMBERS[member])
                wanted = compressed_size(ARCHIVE, member)
                self.assertLessEqual(self.server.body_bytes, 1.02 * wanted + 128 * 1024)
                self.assertLess(self.server.body_bytes, len(ARCHIVE))
                for name in self.installed():
                    (self.models / name).unlink()

    def test_kept_as_a_gzip_file(self):
        url = self.serve("/m.zip", ARCHIVE)
        self.assertEqual(self.fetch("--url", url, "--member", "m.40d.txt", "--keep").status, 0)
        with gzip.open(self.models / "m.40d.txt.gz") as file:
            self.assertEqual(file.read(), MEMBERS["m.40d.txt"])

    def test_a_server_without_ranges_gives_all_of_it(self):
        result = self.check_member(ARCHIVE, "m.60d.txt", MEMBERS["m.60d.txt"], ranges=False)
        self.assertRegex(result.stderr, "all of the archive is downloaded")

    def test_a_broken_connection_is_resumed(self):
        size = compressed_size(ARCHIVE, "m.100d.txt")
        # The first is in the archive's end, with its directory; the others are in the member.
        cuts = [100, random.randrange(66 * 1024 + 1, size - 5000), 3000]
        self.server.body_bytes = 0
        result = self.check_member(ARCHIVE, "m.100d.txt", MEMBERS["m.100d.txt"], cuts=cuts)
        self.assertEqual(result.stderr.count("trying again"), 3, result)
        self.assertLessEqual(self.server.body_bytes, size + 66 * 1024 + 300)

    def test_after_a_kill_the_next_run_goes_on(self):
        url = self.serve("/m.zip", ARCHIVE, trickle=0.005)
        arguments = ["--url", url, "--member", "m.100d.txt"]
        with subprocess.Popen([BINARY, "fetch", *arguments], cwd=self.folder,
                              env=self.environment(), stderr=subprocess.DEVNULL) as process:
            part = self.models / "m.100d.part"
            deadline = time.monotonic() + 20
            while not (part.exists() and part.stat().st_size > 20000):
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.005)
            process.send_signal(signal.SIGKILL)
        self.check_nothing("m.100d.part", "m.100d.part.json")
        self.server.files["/m.zip"].trickle = 0
        self.server.body_bytes = 0
        self.assertEqual(self.fetch(*arguments).status, ALL_ANSWERED)
        self.assertLess(self.server.body_bytes, compressed_size(ARCHIVE, "m.100d.txt") + 66 * 1024 - 15000)
        self.check_alone("m.100d", MEMBERS["m.100d.txt"])

    def test_a_part_that_was_damaged_is_not_gone_on_with(self):
        # In the member each time, never in the directory.
        url = self.serve("/m.zip", ARCHIVE, cuts=[70000, 10000, 8000, 5000, 2000, 1000])
        arguments = ["--url", url, "--member", "m.100d.txt"]
        self.assertEqual(self.fetch(*arguments).status, FILE_ERROR)
        part = self.models / "m.100d.part"
        data = bytearray(part.read_bytes())
        data[10] ^= 0x06  # the type of the first deflate block becomes one that is none
        part.write_bytes(data)
        self.server.files["/m.zip"].cuts = []
        self.assertEqual(self.fetch(*arguments).status, ALL_ANSWERED)
        self.check_alone("m.100d", MEMBERS["m.100d.txt"])

    def test_stored_members_and_zip64(self):
        stored = io.BytesIO()
        with zipfile.ZipFile(stored, "w", zipfile.ZIP_STORED) as archive:
            with archive.open("v.txt", "w", force_zip64=True) as member:
                member.write(TEXT)
        self.check_member(stored.getvalue(), "v.txt", TEXT)
        deflated = io.BytesIO()
        with zipfile.ZipFile(deflated, "w", zipfile.ZIP_DEFLATED) as archive:
            with archive.open("folder/w.txt", "w", force_zip64=True) as member:
                member.write(TEXT)
        url = self.serve("/w.zip", deflated.getvalue())
        self.assertEqual(self.fetch("--url", url).status, ALL_ANSWERED)
        self.check_model("w", TEXT)

    def test_damage_is_found_and_leaves_nothing(self):
        begin = ARCHIVE.index(b"m.40d.txt") + len("m.40d.txt")
        size = compressed_size(ARCHIVE, "m.40d.txt")
        for place in (begin, begin + size // 2, begin + size - 9):
            data = bytearray(ARCHIVE)
            data[place] ^= 0x55
            url = self.serve("/m.zip", bytes(data))
            self.assert_says(self.fetch("--url", url, "--member", "m.40d.txt"), FILE_ERROR,
                             "damaged|CRC|bytes|end")
            self.check_nothing()
        # A CRC in the directory that is not that of the data, both in the directory and locally.
        crc = struct.pack("<I", zipfile.crc32(MEMBERS["m.40d.txt"]))
        data = ARCHIVE.replace(crc, struct.pack("<I", 1))
        url = self.serve("/m.zip", data)
        self.assert_says(self.fetch("--url", url, "--member", "m.40d.txt"), FILE_ERROR,
                         "found CRC .*expected 00000001")
        self.check_nothing()

    def test_a_truncated_archive(self):
        for size in (len(ARCHIVE) - 1, len(ARCHIVE) // 2, 30):
            url = self.serve("/m.zip", ARCHIVE[:size])
            self.assert_says(self.fetch("--url", url, "--member", "m.40d.txt"), FILE_ERROR, "cut off")
            self.check_nothing()

    def test_a_member_that_is_not_there(self):
        url = self.serve("/m.zip", ARCHIVE)
        self.assert_refused(self.fetch("--url", url, "--member", "m.7d.txt", "-q"), WRONG_USAGE,
                            "m.5d.txt")
        self.assert_refused(self.fetch("--url", url, "-q"), WRONG_USAGE, "m.100d.txt")
        self.check_nothing()


class Hostile(FetchTest):
    """Servers that would have `fetch` wait, grow or believe."""

    CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    BODY = b"%x\r\n%s\r\n0\r\n" % (len(TEXT), TEXT)

    def refuse(self, said, answer, endless=b"", most_sent=8 << 20):
        """The answer is refused at once, in one attempt, before many bytes have come."""
        with RawServer(answer, endless) as server:
            result = self.fetch("--url", server.url("/v.txt"), "-q")
        self.assert_refused(result, FILE_ERROR, said)
        self.assertEqual(server.connections, 1)
        self.assertLess(server.sent_bytes, most_sent)
        self.assertNotIn("v.safetensors", self.installed())
        for name in self.installed():
            (self.models / name).unlink()

    def test_fields_without_an_end(self):
        said = "sends more than 262144 bytes of header fields"
        field = b"X-Filler: abcdefgh\r\n"
        for answer, endless in (
            (b"HTTP/1.1 200 OK\r\n", field),
            (b"HTTP/1.1 200 OK\r\nX-Folded: a\r\n", b" abcdefgh\r\n"),
            (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
            (b"HTTP/1.1 302 Found\r\nLocation: /w.txt\r\n", field),
            (self.CHUNKED + self.BODY, field),  # behind the body, where libcurl bounds nothing
        ):
            with self.subTest(answer[:60]):
                self.refuse(said, answer, endless)

    def test_a_line_without_an_end(self):
        said = "begins with a line that has no end"
        for answer in (b"HTTP/1.1 200 OK\r\nX-Long: ", b"HTTP/1.1 200 ", b"HTTP/1.1 200 OK\r\n"):
            with self.subTest(answer):
                self.refuse(said, answer, b"a")
        self.refuse("answer is damaged: its chunks, or the fields behind them",
                    self.CHUNKED + self.BODY + b"X-Long: ", b"a")

    def test_what_is_not_http(self):
        said = "answer is not HTTP"
        for answer in (b"king 1 2\nqueen 2 1\n", b"220 mail.example.org ESMTP\r\n",
                       b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n"):
            with self.subTest(answer):
                self.refuse(said, answer)

    def test_chunks_that_are_none(self):
        self.refuse("answer is damaged: its chunks", self.CHUNKED + b"king 1 2\nqueen 2 1\n")

    def test_a_redirect_to_an_endless_address(self):
        self.refuse(r"which is refused \('ftp://h/a+…' \(\d+ bytes\)\)",
                    b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: ftp://h/" +
                    b"a" * 9000 + b"\r\n\r\n")

    def test_fields_behind_the_body_are_not_those_of_the_answer(self):
        answer = self.CHUNKED + self.BODY + b"Content-Length: 7\r\nContent-Type: text/html\r\n\r\n"
        with RawServer(answer) as server:
            result = self.fetch("--url", server.url("/v.txt"))
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.check_alone("v")

    def test_a_text_whose_end_nobody_tells(self):
        said = r"warning: the server did not say where the file ends.*these 150 rows are all"
        cut = b"".join(TEXT.splitlines(True)[:150])
        url = self.serve("/v.txt", cut, chunked=True)
        self.assert_says(self.fetch("--url", url), ALL_ANSWERED, said)
        self.check_alone("v", cut)
        # What tells: a length, chunks, a range, a header line, a compression, a sum.
        self.serve("/a.txt", cut)
        self.serve("/b.vec", b"150 20\n" + cut, chunked=True)
        self.serve("/c.txt.gz", gzip.compress(cut), chunked=True)
        url = self.serve("/d.txt", cut, chunked=True)
        catalogue = self.catalogue(archive="d.txt", member="", urls=[url],
                                   archive_sha256=hashlib.sha256(cut).hexdigest())
        chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(cut), cut)
        with RawServer(self.CHUNKED + chunks) as server:
            for arguments in (
                *(["--url", self.server.url(path)] for path in ("/a.txt", "/b.vec", "/c.txt.gz")),
                ["m.40d", "--catalogue", catalogue], ["--url", server.url("/e.txt")],
            ):
                result = self.fetch(*arguments)
                self.assertEqual(result.status, ALL_ANSWERED, result)
                self.assertNotIn("did not say", result.stderr)

    def test_a_text_with_a_header_line_that_is_cut_off(self):
        url = self.serve("/v.vec", b"200 20\n" + b"".join(TEXT.splitlines(True)[:150]), chunked=True)
        self.assert_says(self.fetch("--url", url), FILE_ERROR, "150 .*200|200 .*150")

    def test_a_deep_catalogue_and_a_large_one(self):
        for text, said in (("[" * 3_000_000, "is no catalogue"),
                           ("[" * 1_000_000 + "]" * 1_000_000, "model 1: is no object"),
                           ('[{"name": ' + "[" * 1_000_000 + "]" * 1_000_000 + "}]", "no string"),
                           ("[" + " " * (4 << 20) + "]", "is too large for a catalogue")):
            path = self.write("catalogue.json", text)
            self.assert_refused(self.fetch("a", "--catalogue", path), FILE_ERROR, said)

    def test_a_state_that_is_none_begins_anew(self):
        url = self.serve("/v.txt", TEXT)
        self.models.mkdir()
        for state in ("[" * 60_000, " " * (1 << 20) + "{}", "{}"):
            (self.models / "v.part").write_bytes(TEXT[:9000])
            (self.models / "v.part.json").write_text(state)
            self.assertEqual(self.fetch("--url", url, "--again").status, ALL_ANSWERED)
            self.check_alone("v")

    def test_an_endless_validator_is_none(self):
        url = self.serve("/v.txt", TEXT, etag='"' + "a" * 9000 + '"', cuts=[9000])
        self.assertEqual(self.fetch("--url", url).status, ALL_ANSWERED)
        self.assertEqual(self.server.ranges_asked("/v.txt"), [None, None])
        self.check_alone("v")

    @unittest.skipUnless(CAN_REFUSE_THREADS, "no filter of system calls for this machine")
    def test_no_thread_is_to_be_had(self):
        # libcurl looks names up on one. It knows "localhost" itself.
        names = [name for line in Path("/etc/hosts").read_text().splitlines()
                 for name in line.partition("#")[0].split()[1:] if "localhost" not in name]
        known = [name for name in names if address_of(name) == "127.0.0.1"]
        options = {"preexec_fn": refuse_threads}
        url = self.serve("/v.txt.gz", PACKED)
        for host in ["127.0.0.1", *known[:1]]:
            result = self.fetch("--url", url.replace("127.0.0.1", host), "--again", "--threads", 4,
                                **options)
            self.assertEqual(result.status, ALL_ANSWERED, result)
            self.check_alone("v")
        result = self.fetch("--url", "https://no.such.host.invalid/w.txt", **options)
        self.assert_says(result, FILE_ERROR, r"no.such.host.invalid", r"is there a network")

    def test_names_that_a_terminal_would_obey(self):
        evil = "\x1b[31mred\u202egnik\x9b"
        page = f"<html><title>{evil}</title>".encode()
        url = self.serve("/v.txt", page, content_type="text/html")
        catalogue = self.write("catalogue.json", json.dumps(
            [{"name": "m", "archive": "m.gz", "by_hand": evil, "license": evil, "citation": evil},
             {"name": evil, "archive": "n.gz", "urls": [url]}]))
        for arguments in (["--url", url], ["m", "--catalogue", catalogue],
                          [evil, "--catalogue", catalogue], ["x", "--catalogue", catalogue],
                          ["--list", "--catalogue", catalogue], ["--url", url + evil],
                          ["--list", "-f", "csv", "--catalogue", catalogue],
                          ["--list", "-f", "json", "--catalogue", catalogue]):
            with self.subTest(arguments):
                with self.on_terminal("fetch", *arguments, env={"TERM": "dumb"}) as run:
                    pass
                shown = run.result.stdout.decode() + run.result.stderr
                self.assertNotRegex(shown, "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")
        self.check_nothing()


def address_of(name):
    try:
        return socket.gethostbyname(name)
    except OSError:
        return None


class Secure(FetchTest):
    BUNDLE = "/etc/ssl/certs/ca-certificates.crt"  # whom Debian's libcurl trusts

    def certificate(self):
        """A file with a key and a certificate of 127.0.0.1, which is alone in c.pem."""
        pem = self.folder / "server.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-keyout", pem, "-out", self.folder / "c.pem", "-days", "2",
             "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
            check=True, capture_output=True)
        with open(pem, "ab") as file:
            file.write((self.folder / "c.pem").read_bytes())
        return pem

    def fetch_trusting(self, url):
        """A fetch by a process that alone sees c.pem in the place of the system's bundle."""
        return subprocess.run(
            ["unshare", "--mount", "sh", "-c", f'mount --bind c.pem {self.BUNDLE} && exec "$@"',
             "sh", BINARY, "fetch", "--retry-delay", "0.01", "--url", url],
            cwd=self.folder, env=self.environment(), capture_output=True, text=True, timeout=60)

    def test_https_is_never_left_for_http(self):
        pem = self.certificate()
        tried = subprocess.run(
            ["unshare", "--mount", "mount", "--bind", self.folder / "c.pem", self.BUNDLE],
            capture_output=True) if shutil.which("unshare") else None
        if tried is None or tried.returncode != 0:
            self.skipTest("no mounts of a process's own here")
        with ModelServer(certificate=pem) as secure:
            self.serve("/v.txt", TEXT)
            self.serve("/to-https.txt", b"", redirect=secure.url("/to-http.txt"))
            secure.files["/to-http.txt"] = File(redirect=self.server.url("/v.txt"))
            secure.files["/w.txt"] = File(TEXT)
            for url in (secure.url("/to-http.txt"), self.server.url("/to-https.txt")):
                with self.subTest(url):
                    done = self.fetch_trusting(url)
                    self.assertEqual(done.returncode, FILE_ERROR, done.stderr)
                    self.assertRegex(done.stderr, "https")
                    self.assertEqual(self.server.ranges_asked("/v.txt"), [])
                    self.check_nothing()
            self.assertEqual(self.fetch_trusting(secure.url("/w.txt")).returncode, ALL_ANSWERED)
        self.check_model("w", TEXT)

    def test_a_certificate_that_nobody_vouches_for_is_refused(self):
        with ModelServer(certificate=self.certificate()) as server:
            server.files["/v.txt"] = File(TEXT)
            result = self.fetch("--url", server.url("/v.txt"))
            self.assert_refused(result, FILE_ERROR, "certificate cannot be trusted")
            self.assertEqual(server.requests, [])
        self.check_nothing()


class Program(FetchTest):
    def test_help_is_the_same_with_and_without_the_program(self):
        self.assertEqual(
            self.run_command("fetch", "--help").stdout,
            subprocess.run([FETCH, "--help"], capture_output=True, env=self.environment()).stdout,
        )

    def test_says_so_when_the_program_is_missing(self):
        copied = self.folder / "copy"
        copied.mkdir()
        (copied / "wordvec").write_bytes(Path(BINARY).read_bytes())
        (copied / "wordvec").chmod(0o755)
        done = subprocess.run([copied / "wordvec", "fetch", "x"], capture_output=True, text=True,
                              env=self.environment(PATH="/nowhere"))
        self.assertEqual(done.returncode, FILE_ERROR)
        self.assertIn("wordvec-fetch is missing", done.stderr)
        # Found in PATH then.
        done = subprocess.run([copied / "wordvec", "fetch", "x"], capture_output=True, text=True,
                              env=self.environment(PATH=str(FETCH.parent)))
        self.assertEqual(done.returncode, WRONG_USAGE)
        self.assertIn("no model 'x'", done.stderr)

    def test_progress_on_a_terminal(self):
        url = self.serve("/v.txt", TEXT, trickle=0.1)
        with self.on_terminal("fetch", "--url", url) as run:
            run.wait_for("stderr", b"downloading [")
            run.wait_for("stderr", b"left")
        self.assertEqual(run.result.status, ALL_ANSWERED)


if __name__ == "__main__":
    cli.main()
