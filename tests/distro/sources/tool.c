// A stand-in for a program: prints its name and version when it is called
// without arguments or with --version, and is silent otherwise.
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    if (argc == 1 || strcmp(argv[1], "--version") == 0)
        printf("%s %s\n", PROGRAM, VERSION);
    return 0;
}
