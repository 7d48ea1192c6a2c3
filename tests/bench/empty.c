/* empty.c - a program that does nothing, with all libraries of weir
 *
 * What it takes of memory is the price of the libraries alone; collect prints
 * it beside that of weir.
 */
#include <unistd.h>

int
main(void)
{
    (void)pause();
    return 0;
}
