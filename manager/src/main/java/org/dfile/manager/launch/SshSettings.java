package org.dfile.manager.launch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What holds for all SSH connections of one command.
 *
 * @param home the user's home folder; {@code .ssh} in it has keys, configuration and known hosts
 * @param agentSocket socket of the SSH agent, absent if none runs
 * @param acceptNewHostKeys whether the key of a host that is not in known_hosts yet is taken over; a changed key never is
 */
public record SshSettings(
        Path home,
        Optional<Path> agentSocket,
        String localUser,
        boolean acceptNewHostKeys,
        Duration connectTimeout,
        Duration commandTimeout) {

    Path sshFolder() {
        return home.resolve(".ssh");
    }
}
