/* top.h - weir top: the overview, live in a terminal */
#ifndef TOP_H
#define TOP_H

/* The command; see struct weir_command. */
int top_run(int argc, char **argv);

#endif /* TOP_H */
