"""A registry's neighbour on loopback that passes requests on, and can spoil what comes and goes."""
import http.client
import http.server
import threading


class Proxy:
    """Passes on to `backend` ("HOST:PORT"). `spoil(request)` is asked first, with what a handler of http.server has;
    it returns True where it has answered itself. `cut(request, body)` may shorten a body on its way to the client."""

    def __init__(self, backend, spoil=None, cut=None):
        self.backend, self.spoil, self.cut = backend, spoil, cut
        self.seen = []  # "GET /v2/…"
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def handle_any(self):
                proxy.seen.append(f"{self.command} {self.path}")
                if proxy.spoil and proxy.spoil(self):
                    return
                length = int(self.headers.get("Content-Length") or 0)
                self.pass_on(self.rfile.read(length))

            def pass_on(self, body):
                backend = http.client.HTTPConnection(proxy.backend, timeout=60)
                headers = {k: v for k, v in self.headers.items() if k.lower() not in ("transfer-encoding",)}
                backend.request(self.command, self.path, body, headers)
                answer = backend.getresponse()
                content = answer.read()
                backend.close()
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("transfer-encoding", "connection", "date"):
                        self.send_header(name, value)
                self.end_headers()
                if proxy.cut:
                    short = proxy.cut(self, content)
                    if len(short) < len(content):
                        self.wfile.write(short)
                        self.wfile.flush()
                        self.close_connection = True
                        self.connection.shutdown(2)
                        return
                self.wfile.write(content)

            def answer(self, status, body=b"", **headers):
                """An answer of our own."""
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)
                return True

            do_GET = do_HEAD = do_PUT = do_POST = do_PATCH = handle_any

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
