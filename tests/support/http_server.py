#!/usr/bin/env python3
"""A small HTTP server for tests that can misbehave.

usage: http_server.py DIRECTORY

Serves DIRECTORY/www on a free port of 127.0.0.1 and prints the port. DIRECTORY/rules.json, read anew at each request,
maps a path to what goes wrong with it:
  {"status": 404}        answer with this status
  {"cut": 100}           close the connection after so many bytes of the body
  {"stall": 100}         send so many bytes of the body, then nothing for a minute
  {"corrupt": true}      the last byte is wrong
  {"redirect": "/other"} answer 302
  {"endless": true}      a body that never ends, without Content-Length
  {"late": 0.5}          answer after so many seconds
  {"whole": true}        ranges are not known: the whole file is sent
"times": 2 beside it lets the first two requests fail only. DIRECTORY/requests.log gets a line for each request: its
path, then its Range where it has one. In Python, Site(DIRECTORY) is the same in a thread of the caller.
"""
import collections
import http.server
import json
import os
import pathlib
import sys
import threading
import time
import urllib.parse


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet: else each answer waits for a delayed acknowledgement
    directory = ""
    seen = collections.Counter()

    def rule(self, path):
        try:
            with open(os.path.join(self.directory, "rules.json")) as file:
                rule = json.load(file).get(path, {})
        except FileNotFoundError:
            return {}
        self.seen[path] += 1
        return {} if self.seen[path] > rule.get("times", sys.maxsize) else rule

    def answer(self, status, headers, body=b""):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        path = self.path.split("?")[0]
        wanted = self.headers.get("Range", "")
        with open(os.path.join(self.directory, "requests.log"), "a") as log:
            log.write((path + " " + wanted).strip() + "\n")
        rule = self.rule(path)
        time.sleep(rule.get("late", 0))
        if "status" in rule:
            return self.answer(rule["status"], {"Content-Length": "5"}, b"oops\n")
        if "redirect" in rule:
            return self.answer(302, {"Location": rule["redirect"], "Content-Length": "0"})
        if rule.get("endless"):
            self.answer(200, {"Connection": "close"})
            while True:
                self.wfile.write(b"x" * 65536)
        try:
            with open(os.path.normpath(self.directory + "/www" + urllib.parse.unquote(path)), "rb") as file:
                body = file.read()
        except OSError:
            return self.answer(404, {"Content-Length": "5"}, b"none\n")
        self.serve(rule, body, wanted)

    def serve(self, rule, body, wanted):
        if rule.get("corrupt"):
            body = body[:-1] + bytes([body[-1] ^ 1])
        status, headers = 200, {}
        if wanted.startswith("bytes=") and not rule.get("whole"):
            begin, end = wanted[6:].split("-")
            begin, end = int(begin), min(int(end) if end else len(body), len(body) - 1)
            if begin >= len(body):
                return self.answer(416, {"Content-Length": "0"})
            headers["Content-Range"] = f"bytes {begin}-{end}/{len(body)}"
            status, body = 206, body[begin:end + 1]
        headers["Content-Length"] = str(len(body))
        stop = rule.get("cut", rule.get("stall"))
        if stop is None:
            return self.answer(status, headers, body)
        self.answer(status, headers, body[:stop])
        self.wfile.flush()
        if "stall" in rule:
            time.sleep(60)
        self.close_connection = True

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # clients that hang up are part of the game


class Site:
    """Serves DIRECTORY/www from a thread until close()."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        (self.directory / "www").mkdir(parents=True, exist_ok=True)
        handler = type("SiteHandler", (Handler,), {"directory": str(directory), "seen": collections.Counter()})
        self.server = Server(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def publish(self, name, source):
        """Makes `source` appear as /name; returns its URL."""
        (self.directory / "www" / name).symlink_to(source)
        return f"{self.url}/{name}"

    def rules(self, rules):
        temporary = self.directory / "rules.json.new"
        temporary.write_text(json.dumps(rules))
        temporary.rename(self.directory / "rules.json")

    def requests(self):
        try:
            return (self.directory / "requests.log").read_text().splitlines()
        except FileNotFoundError:
            return []

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


if __name__ == "__main__":
    Handler.directory = sys.argv[1]
    server = Server(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()
