// A stand-in for a program: prints its name, version and arguments.
#include <stdio.h>

int main(int argc, char **argv)
{
    printf("%s %s", PROGRAM, VERSION);
    for (int i = 1; i < argc; i++)
        printf(" %s", argv[i]);
    putchar('\n');
    return 0;
}
