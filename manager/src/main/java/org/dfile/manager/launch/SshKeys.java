package org.dfile.manager.launch;

import com.jcraft.jsch.AgentIdentityRepository;
import com.jcraft.jsch.AgentProxyException;
import com.jcraft.jsch.ConfigRepository;
import com.jcraft.jsch.Identity;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.KeyPair;
import com.jcraft.jsch.SSHAgentConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The keys that are offered to a host. One named in the host list is the only one; else those of the agent, of {@code
 * ~/.ssh/config} and the usual files, as far as they are there and have no passphrase.
 */
final class SshKeys {

    private static final List<String> USUAL_FILES = List.of("id_ed25519", "id_ecdsa", "id_rsa");

    private final SshSettings settings;

    /** Keys that were left out, with the reason: worth knowing if the host refuses the others. */
    private final List<String> leftOut = new ArrayList<>();

    private int offered;

    SshKeys(SshSettings settings) {
        this.settings = settings;
    }

    void offer(JSch jsch, Optional<String> named, ConfigRepository.Config configured) throws IOException {
        if (named.isPresent()) {
            offerNamed(jsch, expand(named.get()));
            return;
        }
        settings.agentSocket().ifPresent(socket -> offerAgent(jsch, socket));
        keyFiles(configured).stream().distinct().filter(Files::exists).forEach(file -> offerFile(jsch, file));
    }

    /** How many keys were offered, and what was left out. */
    String summary() {
        return offered + " keys offered" + (leftOut.isEmpty() ? "" : "; left out: " + String.join("; ", leftOut));
    }

    private void offerNamed(JSch jsch, Path file) throws IOException {
        offerFile(jsch, file);
        if (!leftOut.isEmpty()) {
            throw new AccessException(AccessException.Kind.KEY_UNUSABLE, "the key cannot be used: " + leftOut.get(0));
        }
    }

    private void offerFile(JSch jsch, Path file) {
        try {
            if (KeyPair.load(jsch, file.toString()).isEncrypted()) {
                leftOut.add(file + " has a passphrase, such keys need the agent");
            } else {
                jsch.addIdentity(file.toString());
                offered++;
            }
        } catch (JSchException e) {
            leftOut.add(file + ": " + e.getMessage());
        }
    }

    private void offerAgent(JSch jsch, Path socket) {
        try {
            // One by one: as the identity repository itself, the agent would be given the files' keys to keep.
            for (Identity identity : new AgentIdentityRepository(new SSHAgentConnector(socket)).getIdentities()) {
                jsch.addIdentity(identity, null);
                offered++;
            }
        } catch (AgentProxyException | JSchException e) {
            leftOut.add("the agent at " + socket + ": " + e.getMessage());
        }
    }

    private List<Path> keyFiles(ConfigRepository.Config configured) {
        List<Path> files = new ArrayList<>();
        String[] named = configured.getValues("IdentityFile");
        if (named != null) {
            for (String file : named) {
                files.add(expand(file));
            }
        }
        USUAL_FILES.forEach(name -> files.add(settings.sshFolder().resolve(name)));
        return files;
    }

    private Path expand(String file) {
        return settings.home().resolve(file.startsWith("~/") ? file.substring(2) : file);
    }
}
