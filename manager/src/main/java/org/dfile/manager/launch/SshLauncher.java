package org.dfile.manager.launch;

import java.io.IOException;
import org.dfile.manager.hosts.HostEntry;
import org.dfile.manager.launch.LaunchException.Remains;
import org.dfile.manager.launch.LaunchException.Step;

/** Starts nodes on other hosts, over SSH. */
public final class SshLauncher implements Launcher {

    private final SshConnector connector;
    private final String defaultFolder;

    /**
     * @param defaultFolder for hosts whose list names no folder, relative to the home of the SSH user
     * @throws IOException if the user's known_hosts or SSH configuration cannot be read
     */
    public SshLauncher(SshSettings settings, String defaultFolder) throws IOException {
        this.connector = new SshConnector(settings);
        this.defaultFolder = defaultFolder;
    }

    @Override
    public NodeHost connect(HostEntry host) throws LaunchException {
        try {
            SshAccess access = connector.connect(host);
            try {
                return new NodeHost(host, access, absolute(access, host.dir().orElse(defaultFolder)));
            } catch (IOException | RuntimeException e) {
                access.close();
                throw e;
            }
        } catch (AccessException e) {
            throw new LaunchException(
                    Step.CONNECT, String.valueOf(e.getMessage()), LikelyCause.of(e, host), Remains.NONE);
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            throw new LaunchException(Step.CONNECT, message, LikelyCause.ofText(message), Remains.NONE);
        }
    }

    /** Scripts and SFTP must mean the same folder, so it is named in full once. */
    private static String absolute(HostAccess access, String dir) throws IOException {
        String folder = ShellText.quote(dir.startsWith("~/") ? dir.substring(2) : dir);
        HostAccess.Result result = access.run("cd && mkdir -p " + folder + " && cd " + folder + " && pwd -P");
        String path = result.output().strip();
        if (!result.ok() || !path.startsWith("/")) {
            throw new IOException("cannot make the folder " + dir + ": " + path);
        }
        return path;
    }
}
