"""A server that asks who its clients are, over HTTP or TLS; and an authority that makes certificates.

LockedSite(DIRECTORY, users={"bob": "s3cret"}) serves a directory from a thread on a free port of loopback. Whoever does
not come with one of these users gets 401; without users everybody is let in. `context` (an ssl.SSLContext) makes it
speak TLS; `redirects` maps a path's beginning to what answers of 302 put in its place. `seen` lists (path, Authorization
decoded or "") of all requests, in their order. As a proxy (`proxy=True`) it passes plain requests on, and asks with 407.
"""
import base64
import http.server
import os
import ssl
import subprocess
import threading
import urllib.request


class Handler(http.server.SimpleHTTPRequestHandler):
    site = None

    def log_message(self, *args):
        pass

    def who(self):
        word = self.headers.get("Proxy-Authorization" if self.site.proxy else "Authorization", "")
        return base64.b64decode(word[6:]).decode() if word.startswith("Basic ") else word

    def refuse(self, status, name):
        self.send_response(status)
        self.send_header(name, 'Basic realm="x"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self):
        who = self.who()
        self.site.seen.append((self.path, who))
        users = [f"{user}:{password}" for user, password in self.site.users.items()]
        for begin, instead in self.site.redirects.items():
            if self.path.startswith(begin):
                self.send_response(302)
                self.send_header("Location", instead + self.path[len(begin):])
                self.send_header("Content-Length", "0")
                self.end_headers()
                return None
        if users and who not in users:
            return self.refuse(407, "Proxy-Authenticate") if self.site.proxy else self.refuse(401, "WWW-Authenticate")
        if self.site.proxy:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(self.path) as answer:
                body = answer.read()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return None
        return super().do_GET()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


class LockedSite:
    def __init__(self, directory, users=None, context=None, redirects=None, proxy=False):
        self.users, self.redirects, self.proxy, self.seen = users or {}, redirects or {}, proxy, []
        handler = type("SiteHandler", (Handler,), {"site": self})
        self.server = Server(("127.0.0.1", 0), lambda *args: handler(*args, directory=os.fspath(directory)))
        self.host = "localhost" if context else "127.0.0.1"
        self.port = self.server.server_address[1]
        if context:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"{'https' if context else 'http'}://{self.host}:{self.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def url_of(self, user_info):
        """The site's address with user information."""
        return self.url.replace("://", f"://{user_info}@")

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Authority:
    """Files ca.crt, NAME.crt and NAME.key in a directory."""

    def __init__(self, directory):
        self.dir = directory
        self.dir.mkdir(exist_ok=True)
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.crt", "-subj",
                     "/CN=ca", "-days", "10")

    def openssl(self, *args):
        subprocess.run(["openssl", *args], cwd=self.dir, check=True, capture_output=True)

    def certify(self, name):
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj",
                     f"/CN={name}")
        (self.dir / "names").write_text("subjectAltName=DNS:localhost\n")
        self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
                     "-days", "10", "-out", f"{name}.crt", "-extfile", "names")
        return self.dir / f"{name}.crt", self.dir / f"{name}.key"

    def server_context(self, asks_clients):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.certify("server"))
        if asks_clients:
            context.load_verify_locations(self.dir / "ca.crt")
            context.verify_mode = ssl.CERT_REQUIRED
        return context
