// A small systemd-sysusers: adds the users and groups that sysusers.d(5) files
// name. Knows `u NAME ID|- "GECOS" HOME SHELL` and `g NAME ID|-`.
//
//   systemd-sysusers [FILE... | -]     default: /usr/lib/sysusers.d/*.conf
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char passwd[] = "/etc/passwd", group[] = "/etc/group", shadow[] = "/etc/shadow",
                  gshadow[] = "/etc/gshadow";

// Looks for a line of a colon-separated database by name, or by id when name is
// NULL. Returns its third field, or -1.
static long find(const char *path, const char *name, long id)
{
    FILE *file = fopen(path, "r");
    char line[1024], found[256];
    long number = -1, result = -1;
    while (file && result < 0 && fgets(line, sizeof line, file))
        if (sscanf(line, "%255[^:]:%*[^:]:%ld", found, &number) == 2
            && (name ? strcmp(found, name) == 0 : number == id))
            result = number;
    if (file)
        fclose(file);
    return result;
}

static long free_id(void)
{
    for (long id = 999; id > 200; id--)
        if (find(passwd, NULL, id) < 0 && find(group, NULL, id) < 0)
            return id;
    fprintf(stderr, "systemd-sysusers: no free id\n");
    exit(1);
}

static FILE *append(const char *path)
{
    FILE *file = fopen(path, "a");
    if (!file) {
        perror(path);
        exit(1);
    }
    return file;
}

static long add_group(const char *name, long id)
{
    long known = find(group, name, 0);
    if (known >= 0)
        return known;
    if (id < 0)
        id = free_id();
    FILE *file = append(group);
    fprintf(file, "%s:x:%ld:\n", name, id);
    fclose(file);
    file = append(gshadow);
    fprintf(file, "%s:!*::\n", name);
    fclose(file);
    return id;
}

static void add_user(const char *name, long id, const char *gecos, const char *home, const char *shell)
{
    if (find(passwd, name, 0) >= 0)
        return;
    long gid = add_group(name, id);
    FILE *file = append(passwd);
    fprintf(file, "%s:x:%ld:%ld:%s:%s:%s\n", name, id < 0 ? gid : id, gid, gecos, home, shell);
    fclose(file);
    file = append(shadow);
    fprintf(file, "%s:!*:::::::\n", name);
    fclose(file);
}

static int read_lines(FILE *file)
{
    char line[1024];
    while (fgets(line, sizeof line, file)) {
        char name[256], id[64] = "-", gecos[256] = "", home[256] = "/", shell[256] = "/usr/sbin/nologin";
        if (line[0] == 'u' && sscanf(line, "u %255s %63s \"%255[^\"]\" %255s %255s", name, id, gecos, home, shell) >= 1)
            add_user(name, id[0] == '-' ? -1 : atol(id), gecos, strcmp(home, "-") ? home : "/",
                     strcmp(shell, "-") ? shell : "/usr/sbin/nologin");
        else if (line[0] == 'g' && sscanf(line, "g %255s %63s", name, id) >= 1)
            add_group(name, id[0] == '-' ? -1 : atol(id));
        else if (line[0] != '#' && line[0] != '\n') {
            fprintf(stderr, "systemd-sysusers: cannot read line: %s", line);
            return 1;
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    glob_t files = {0};
    int status = 0, named = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--version") == 0)
            return printf("systemd-sysusers %s\n", VERSION) < 0;
        if (strcmp(argv[i], "-") == 0)
            status |= read_lines(stdin);
        else if (argv[i][0] != '-')
            glob(argv[i], GLOB_NOCHECK | (files.gl_pathc ? GLOB_APPEND : 0), NULL, &files);
        named |= argv[i][0] != '-' || argv[i][1] == '\0';
    }
    if (!named)
        glob("/usr/lib/sysusers.d/*.conf", 0, NULL, &files);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        FILE *file = fopen(files.gl_pathv[i], "r");
        if (file)
            status |= read_lines(file), fclose(file);
        else
            perror(files.gl_pathv[i]), status = 1;
    }
    return status;
}
