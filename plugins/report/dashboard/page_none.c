/* page_none.c - a build without the page: nothing is mounted at "/" */
#include <config.h>

#include "page.h"

int
page_open(void *self)
{
    (void)self;
    return 0;
}
