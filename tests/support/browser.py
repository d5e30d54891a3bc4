"""Debian's Chromium without a window, spoken to through chromedriver in the WebDriver protocol
(https://www.w3.org/TR/webdriver2/). Nothing but Python's standard library."""

import base64
import json
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

CHROMIUM = shutil.which("chromium")
CHROMEDRIVER = shutil.which("chromedriver")
IS_THERE = CHROMIUM is not None and CHROMEDRIVER is not None
SECONDS = 30  # after which something that should happen will not

# WebDriver's names of keys.
ENTER, ESCAPE, SHIFT, LEFT, UP, RIGHT, DOWN, TAB = (
    "\ue007", "\ue00c", "\ue008", "\ue012", "\ue013", "\ue014", "\ue015", "\ue004",
)

OPTIONS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--force-device-scale-factor=1",
    # The network is off: no name has an address.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


class BrowserError(Exception):
    pass


class Browser:
    """A browser with a profile of its own, until close()."""

    def __init__(self, width=1280, height=800):
        self.profile = tempfile.TemporaryDirectory(prefix="browser.", ignore_cleanup_errors=True)
        self.driver = subprocess.Popen(
            [CHROMEDRIVER, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True,
        )
        self.session = ""
        try:
            self.port = self.read_port()
            arguments = [*OPTIONS, f"--user-data-dir={self.profile.name}",
                         f"--window-size={width},{height}"]
            wanted = {
                "browserName": "chrome",
                "goog:loggingPrefs": {"browser": "ALL"},
                "goog:chromeOptions": {"binary": CHROMIUM, "args": arguments},
            }
            answer = self.ask("POST", "", {"capabilities": {"alwaysMatch": wanted}})
            self.session = "/" + answer["sessionId"]
        except BaseException:
            self.close()
            raise

    def read_port(self):
        for line in self.driver.stdout:
            if "started successfully on port" in line:
                return int(line.split()[-1].strip("."))
        raise BrowserError("chromedriver has ended before it listened")

    def close(self):
        try:
            if self.session:
                self.ask("DELETE", "")
        finally:
            self.driver.kill()
            self.driver.wait()
            self.driver.stdout.close()
            self.profile.cleanup()

    def ask(self, method, path, body=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/session{self.session}{path}", method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        # A proxy of the environment is not for this.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=2 * SECONDS) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            with error:
                raise BrowserError(error.read().decode("utf-8", "replace")[:2000]) from None

    def open(self, path):
        self.ask("POST", "/url", {"url": "about:blank"})  # so that only a fragment is no new page
        is_url = "://" in str(path) or str(path) == "about:blank"
        self.ask("POST", "/url", {"url": path if is_url else f"file://{path}"})

    def run(self, script, *arguments):
        """The value that the body of a function returns."""
        return self.ask("POST", "/execute/sync", {"script": script, "args": arguments})

    def run_until_called(self, script, *arguments):
        """The value that the script gives to the function that is its last argument."""
        return self.ask("POST", "/execute/async", {"script": script, "args": arguments})

    def wait_until(self, script, *arguments):
        """Waits for a script's value to be true, and returns it."""
        deadline = time.monotonic() + SECONDS
        while not (value := self.run(script, *arguments)):
            if time.monotonic() > deadline:
                raise BrowserError(f"not true within {SECONDS} s: {script} {arguments}")
            time.sleep(0.02)
        return value

    def command(self, name, **parameters):
        """Of Chromium's own protocol (https://chromedevtools.github.io/devtools-protocol/)."""
        return self.ask("POST", "/goog/cdp/execute", {"cmd": name, "params": parameters})

    def console(self):
        """What the console was told since the last call: errors of the page, too."""
        return [entry["message"] for entry in self.ask("POST", "/se/log", {"type": "browser"})]

    def act(self, kind, actions, **parameters):
        source = {"type": kind, "id": kind + parameters.get("pointerType", ""), "actions": actions}
        if parameters:
            source["parameters"] = parameters
        self.ask("POST", "/actions", {"actions": [source]})

    def press(self, *keys, held=None):
        actions = [{"type": step, "value": key} for key in keys for step in ("keyDown", "keyUp")]
        if held:
            actions = [{"type": "keyDown", "value": held}, *actions,
                       {"type": "keyUp", "value": held}]
        self.act("key", actions)

    def move(self, x, y):
        self.act("pointer", [move_to(x, y)], pointerType="mouse")

    def click(self, x, y, pointer="mouse"):
        self.drag([(x, y)], pointer)

    def drag(self, places, pointer="mouse"):
        """Down at the first place, up at the last."""
        first, *others = [move_to(x, y) for x, y in places]
        self.act("pointer", [first, {"type": "pointerDown", "button": 0}, *others,
                             {"type": "pointerUp", "button": 0}], pointerType=pointer)

    def wheel(self, x, y, delta):
        self.act("wheel", [{"type": "scroll", "x": round(x), "y": round(y), "deltaX": 0,
                            "deltaY": delta, "duration": 0}])

    def screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.ask("GET", "/screenshot")))


def move_to(x, y):
    return {"type": "pointerMove", "x": round(x), "y": round(y), "duration": 0}
