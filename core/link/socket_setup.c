/* socket_setup.c - ZeroMQ for the whole process
 *
 * Apart from socket.c, since czmq.h and log.h have names in common.
 */
#include <config.h>

#include "link/socket.h"

#include <czmq.h>
#include <sys/random.h>

void *
socket_context(void)
{
    return zsys_init();
}

void
socket_setup(void)
{
    unsigned seed = 0;

    zsys_handler_set(NULL);
    void *zmq = socket_context();
    (void)zmq_ctx_set(zmq, ZMQ_BLOCKY, 0);
    /* libzmq draws its first routing id from rand() and never seeds it: a peer
     * that guesses the next one can abort this process. */
    (void)getrandom(&seed, sizeof(seed), 0);
    srand(seed);
}
