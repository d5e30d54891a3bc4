"""Web servers on loopback that misbehave as a test wishes: one gives files, one any bytes.

with ModelServer() as server:
    server.files["/a.zip"] = File(data, ranges=False)
    … server.url("/a.zip") …
    server.body_bytes, server.requests

with RawServer(b"HTTP/1.1 200 OK\\r\\n", endless=b"X: y\\r\\n") as server:
    … server.url("/a.txt") …
    server.sent_bytes
"""

import re
import socketserver
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class File:
    data: bytes = b""
    ranges: bool = True  # False: a Range is ignored, all of the file comes
    etag: str = '"1"'
    content_type: str = "application/octet-stream"
    statuses: list = field(default_factory=list)  # answers before the first good one
    redirect: str = ""
    # Of the answers to come: after how many bytes of the body each breaks the connection. Used up
    # by answers whose body is longer.
    cuts: list = field(default_factory=list)
    declared: int = None  # the Content-Length of a whole answer, if not the truth
    chunked: bool = False  # no Content-Length: the end of the connection ends the body
    trickle: float = 0  # seconds between pieces of 4 KiB
    if_range: bool = True  # False: If-Range is not looked at
    total: bool = True  # False: a piece does not say of how large a file it is
    # Each answer but the first is that of the next of these.
    then: list = field(default_factory=list)


class ModelServer:
    def __init__(self, certificate=None):
        """`certificate`: a file with a key and a certificate, for https."""
        self.files = {}
        self.requests = []  # (path, Range or None)
        self.body_bytes = 0
        self.lock = threading.Lock()
        self.httpd = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.httpd.daemon_threads = True
        self.httpd.handle_error = lambda *_: None  # the other side may go at any time
        self.scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.httpd.socket = context.wrap_socket(self.httpd.socket, server_side=True)
            self.scheme = "https"
        self.thread = threading.Thread(target=self.httpd.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.httpd.shutdown()
        self.httpd.server_close()
        self.thread.join()

    def url(self, path="/"):
        return f"{self.scheme}://127.0.0.1:{self.httpd.server_port}{path}"

    def ranges_asked(self, path):
        return [asked for requested, asked in self.requests if requested == path]

    def handler(server):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                asked = self.headers.get("Range")
                with server.lock:
                    server.requests.append((self.path, asked))
                    file = server.files.get(self.path.partition("?")[0])
                    if file is not None and file.then:
                        following, *then = file.then
                        following.then = then
                        server.files[self.path.partition("?")[0]] = following
                    status = 404 if file is None else file.statuses.pop(0) if file.statuses else 200
                if status != 200:
                    return self.answer(status, b"no\n", {"Content-Type": "text/plain"})
                if file.redirect:
                    return self.answer(302, b"", {"Location": file.redirect})
                self.give(file, asked)

            def give(self, file, asked):
                headers = {"Content-Type": file.content_type}
                if file.etag:
                    headers["ETag"] = file.etag
                body, status, size = file.data, 200, len(file.data)
                same = self.headers.get("If-Range", file.etag) == file.etag
                if asked and file.ranges and (same or not file.if_range):
                    first, last = re.fullmatch(r"bytes=(\d*)-(\d*)", asked).groups()
                    if first == "":
                        begin, end = max(0, size - int(last)), size
                    else:
                        begin, end = int(first), min(size, int(last) + 1 if last else size)
                    if begin >= size:
                        return self.answer(416, b"", {"Content-Range": f"bytes */{size}"})
                    body, status = body[begin:end], 206
                    headers["Content-Range"] = f"bytes {begin}-{end - 1}/{size if file.total else '*'}"
                cut = None
                with server.lock:
                    if file.cuts and len(body) > file.cuts[0]:
                        cut = file.cuts.pop(0)
                length = file.declared if status == 200 and file.declared else len(body)
                self.answer(status, body, headers, length, cut, file)

            def answer(self, status, body, headers, length=None, cut=None, file=None):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if file is not None and file.chunked:
                    self.close_connection = True
                    self.send_header("Connection", "close")
                else:
                    self.send_header("Content-Length", str(len(body) if length is None else length))
                self.end_headers()
                sent = body if cut is None else body[:cut]
                step = 4096 if file is not None and file.trickle else max(1, len(sent))
                try:
                    for begin in range(0, len(sent), step):
                        piece = sent[begin : begin + step]
                        self.wfile.write(piece)
                        with server.lock:
                            server.body_bytes += len(piece)
                        if step == 4096:
                            time.sleep(file.trickle)
                except OSError:  # the other side wants no more
                    self.close_connection = True
                if cut is not None or (length is not None and length != len(body)):
                    self.close_connection = True

        return Handler


class RawServer:
    """Answers every request with `answer`, and then `endless` until the other side has enough, or
    after `most_bytes`; then it closes the connection."""

    def __init__(self, answer, endless=b"", most_bytes=32 << 20):
        self.sent_bytes = 0
        self.connections = 0
        server = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                while self.rfile.readline().strip():
                    pass
                server.connections += 1
                try:
                    self.wfile.write(answer)
                    sent = len(answer)
                    piece = endless * (1 + (1 << 16) // len(endless)) if endless else b""
                    while piece and sent < most_bytes:
                        self.wfile.write(piece)
                        sent += len(piece)
                        server.sent_bytes += len(piece)
                except OSError:  # the other side wants no more
                    pass

        self.tcp = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.tcp.daemon_threads = True
        self.thread = threading.Thread(target=self.tcp.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.tcp.shutdown()
        self.tcp.server_close()
        self.thread.join()

    def url(self, path="/", host="127.0.0.1"):
        return f"http://{host}:{self.tcp.server_address[1]}{path}"
