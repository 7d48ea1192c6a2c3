/* port_self.h - a port's own weir_... series; see self.h */
#ifndef PORT_SELF_H
#define PORT_SELF_H

#include "link/port.h"

/* Add what arrived at the port of the storage 'name', or of the relay. */
void port_self_store(const struct port *port, const char *name,
                     struct weir_batch *into);
void port_self_relay(const struct port *port, const char *name,
                     struct weir_batch *into);

#endif /* PORT_SELF_H */
