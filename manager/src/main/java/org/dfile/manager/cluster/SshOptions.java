package org.dfile.manager.cluster;

import picocli.CommandLine.Option;

/** The options of commands that reach hosts over SSH. */
final class SshOptions {

    @Option(
            names = "--accept-new-host-keys",
            description =
                    "Takes over the SSH keys of hosts that are not in known_hosts. A changed key is always refused.")
    private boolean acceptNewHostKeys;

    boolean acceptNewHostKeys() {
        return acceptNewHostKeys;
    }
}
