/* child.h - a program that runs beside us, with all that it starts
 *
 * It has a process group of its own, so that it can be ended with everything
 * that it began; its input is empty, and what it writes is read without
 * waiting.
 */
#ifndef CHILD_H
#define CHILD_H

#include <stdbool.h>
#include <sys/types.h>

/* Descriptors are -1 when there is nothing (more) to read. */
struct child {
    pid_t pid;
    int ended;  /* readable once the program has ended */
    int output; /* what it prints, non-blocking */
    int errors; /* what it complains of, non-blocking */
};

/* Runs 'argv' (ends with NULL; searched for in PATH).  Returns 0 or -errno. */
int child_start(char *const argv[], struct child *ret_child);

/* Sends a signal to the whole group. */
void child_signal(const struct child *self, int signal);

/* Kills what is left of the group and takes the program's status, as waitpid()
 * has it.  Returns 0; or -EAGAIN when it has not ended yet. */
int child_reap(struct child *self, int *ret_status);

/* Closes the descriptors. */
void child_close(struct child *self);

/* Ends it, politely first, and closes it; waits 300 ms at most. */
void child_end(struct child *self);

/* Reads at most 'size' bytes from '*fd_p'.  Returns how many, or 0 for none
 * now; at the end of what there is, closes and sets it to -1. */
size_t child_read(int *fd_p, char *buffer, size_t size);

#endif /* CHILD_H */
