/* remote.c */
#include <config.h>
#include "remote.h"
#include <errno.h>
int remote_find(struct errand *e){return errand_fail(e,-ENOSYS,"not yet");}
int remote_import(struct errand *e,const char*p){(void)p;return errand_fail(e,-ENOSYS,"not yet");}
int remote_export(struct errand *e,const struct remote_wish*w,dialect_write*f,void*a){(void)w;(void)f;(void)a;return errand_fail(e,-ENOSYS,"not yet");}
