/* main.c - the program weir: all it does is in libweir */
#include <config.h>

#include "command.h"

int
main(int argc, char **argv)
{
    return weir_main(argc, argv);
}
