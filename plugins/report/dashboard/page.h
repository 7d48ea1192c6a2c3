/* page.h - the browser's page and its files, over HTTP */
#ifndef PAGE_H
#define PAGE_H

/* Mounts "/" and what belongs to it for the instance 'self'.  Returns 0, or
 * -EEXIST as weir_route(). */
int page_open(void *self);

#endif /* PAGE_H */
