package org.dfile.manager.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.dfile.manager.hosts.HostEntry;
import org.dfile.manager.launch.LaunchException.Remains;
import org.dfile.manager.launch.LaunchException.Step;

/** Starts nodes on this machine, without SSH. */
public final class LocalLauncher implements Launcher {

    private final Path home;
    private final Path defaultFolder;
    private final Duration commandTimeout;

    /**
     * @param home what relative folders in the host list are relative to
     * @param defaultFolder for hosts whose list names no folder
     */
    public LocalLauncher(Path home, Path defaultFolder, Duration commandTimeout) {
        this.home = home;
        this.defaultFolder = defaultFolder;
        this.commandTimeout = commandTimeout;
    }

    @Override
    public NodeHost connect(HostEntry host) throws LaunchException {
        Path folder = host.dir()
                .map(dir -> home.resolve(dir.startsWith("~/") ? dir.substring(2) : dir))
                .orElse(defaultFolder);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new LaunchException(
                    Step.CONNECT, "cannot make " + folder + ": " + e, LikelyCause.ofText(e.toString()), Remains.NONE);
        }
        return new NodeHost(host, new LocalAccess(folder, commandTimeout), folder.toString());
    }
}
