"""A registry of images for tests, on loopback."""
import pathlib
import socket
import subprocess
import time

from harness import free_port


class Registry:
    """A docker-registry on a free port of loopback. `more`: lines of its configuration; `tls`: files of a certificate
    and its key; `delete`: whether it deletes what it is asked to."""

    def __init__(self, folder, more="", tls=None, delete=False, port=None):
        self.port = port or free_port()
        self.config = pathlib.Path(folder) / "registry.yml"
        secure = f", tls: {{certificate: {tls[0]}, key: {tls[1]}}}" if tls else ""
        self.config.write_text(f"version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: "
                               f"{folder}/registry}}, delete: {{enabled: {str(delete).lower()}}}}}\nhttp: {{addr: '127.0.0.1:{self.port}'{secure}}}\n{more}")

    def __enter__(self):
        self.process = subprocess.Popen(["docker-registry", "serve", str(self.config)], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        wait_for(self.port)
        return f"127.0.0.1:{self.port}"

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def wait_for(port):
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"nothing listens on port {port}")
