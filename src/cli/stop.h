/*
 * stop: SIGINT and SIGTERM as a readable descriptor.
 */
#ifndef CLI_STOP_H
#define CLI_STOP_H

/*
 * From here on SIGINT and SIGTERM make the returned descriptor readable, for
 * good; a second one ends the program at once. SIGPIPE and SIGXFSZ are
 * ignored: writes then fail with an error. -1: the system gives no pipe.
 */
int cli_stop_open(void);

/* Puts back what the signals did before. */
void cli_stop_close(void);

#endif
