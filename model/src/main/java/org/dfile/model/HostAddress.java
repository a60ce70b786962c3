package org.dfile.model;

/** Where a host is reached: name or address, and port. */
public record HostAddress(String host, int port) {

    public HostAddress {
        if (host.isBlank() || host.contains("@") || host.contains("/")) {
            throw new IllegalArgumentException("not a host name or address: \"" + host + "\"");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " of host " + host + " is not in 1..65535");
        }
    }

    @Override
    public String toString() {
        return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
    }
}
