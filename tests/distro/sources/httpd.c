// A small web server: GET and HEAD of static files, one request per process.
//
//   httpd -v                      print the version
//   httpd -t                      check the configuration file
//   httpd [-p PORT] [-d DIR]      serve DIR (default: as configured)
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static const char config_path[] = "/etc/httpd/conf/httpd.conf";
static int port = 80;
static char root[256] = "/var/www/html";

static void fail(const char *what)
{
    fprintf(stderr, "httpd: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int read_config(void)
{
    FILE *file = fopen(config_path, "r");
    if (!file)
        fail(config_path);
    char line[512], value[256];
    for (int number = 1; fgets(line, sizeof line, file); number++) {
        if (line[0] == '#' || line[0] == '\n')
            continue;
        if (sscanf(line, "Listen %d", &port) == 1 || sscanf(line, "DocumentRoot %255s", root) == 1
            || sscanf(line, "User %255s", value) == 1)
            continue;
        fprintf(stderr, "httpd: %s:%d: unknown directive: %s", config_path, number, line);
        fclose(file);
        return 1;
    }
    fclose(file);
    return 0;
}

// The type of a file by its extension, from /etc/mime.types.
static void mime_type(const char *path, char *type, size_t size)
{
    const char *dot = strrchr(path, '.');
    snprintf(type, size, "application/octet-stream");
    FILE *file = dot ? fopen("/etc/mime.types", "r") : NULL;
    char line[512];
    while (file && fgets(line, sizeof line, file)) {
        char *name = strtok(line, " \t\n");
        for (char *ext; name && (ext = strtok(NULL, " \t\n"));)
            if (strcmp(ext, dot + 1) == 0)
                snprintf(type, size, "%s", name);
    }
    if (file)
        fclose(file);
}

static void answer(int client)
{
    char request[4096], method[8], target[1024], path[1600], type[128];
    ssize_t length = read(client, request, sizeof request - 1);
    if (length <= 0)
        return;
    request[length] = '\0';
    if (sscanf(request, "%7s %1023s", method, target) != 2
        || (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)) {
        dprintf(client, "HTTP/1.0 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n");
        return;
    }
    target[strcspn(target, "?#")] = '\0';
    const char *index = target[strlen(target) - 1] == '/' ? "index.html" : "";
    snprintf(path, sizeof path, "%s%s%s", root, target, index);
    struct stat status;
    int file = strstr(target, "..") ? -1 : open(path, O_RDONLY);
    if (file < 0 || fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
        dprintf(client, "HTTP/1.0 404 Not Found\r\nContent-Length: 10\r\n\r\nnot found\n");
        return;
    }
    mime_type(path, type, sizeof type);
    dprintf(client, "HTTP/1.0 200 OK\r\nServer: httpd\r\nContent-Type: %s\r\nContent-Length: %lld\r\n\r\n",
            type, (long long)status.st_size);
    char buffer[65536];
    while (method[0] == 'G' && (length = read(file, buffer, sizeof buffer)) > 0)
        for (ssize_t done = 0, n; done < length; done += n)
            if ((n = write(client, buffer + done, length - done)) < 0)
                return;
}

int main(int argc, char **argv)
{
    int wanted_port = 0, check = 0;
    const char *wanted_root = NULL;
    for (int option; (option = getopt(argc, argv, "vtp:d:D:")) != -1;) {
        if (option == 'v')
            return printf("Server version: httpd/%s\n", VERSION) < 0;
        else if (option == 't')
            check = 1;
        else if (option == 'p')
            wanted_port = atoi(optarg);
        else if (option == 'd')
            wanted_root = optarg;
        else if (option != 'D') {
            fprintf(stderr, "usage: httpd [-v | -t] [-p PORT] [-d DIR]\n");
            return 2;
        }
    }
    if ((check || !wanted_port || !wanted_root) && read_config() != 0)
        return 1;
    if (check)
        return fputs("Syntax OK\n", stderr) < 0;
    if (wanted_port)
        port = wanted_port;
    if (wanted_root)
        snprintf(root, sizeof root, "%s", wanted_root);

    signal(SIGCHLD, SIG_IGN);
    int server = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (server < 0 || bind(server, (struct sockaddr *)&address, sizeof address) != 0 || listen(server, 64) != 0)
        fail("cannot listen");
    for (;;) {
        int client = accept(server, NULL, NULL);
        if (client >= 0 && fork() == 0) {
            answer(client);
            return 0;
        }
        close(client);
    }
}
