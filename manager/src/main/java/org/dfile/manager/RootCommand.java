package org.dfile.manager;

import org.dfile.model.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code dfile} without a command: it is an error, answered with the list of commands. */
@Command(
        name = "dfile",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = RootCommand.VersionText.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "A distributed file system without a master: one command line for clusters and files.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed",
            "2:wrong command line or host list, nothing was done",
            "3:done for some, not for all",
            "4:done for none",
            "5:refused by a safety check, nothing was done",
            "6:scrub: something is damaged",
            "7:doctor: the file is served, some copies are not as they should be yet",
            "8:doctor: the file is not served at the moment",
            "9:doctor: something is wrong that does not end by itself"
        })
final class RootCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** What {@code --version} prints. */
    static final class VersionText implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "DFile " + Version.TEXT,
                "Java " + System.getProperty("java.version") + ", " + System.getProperty("java.vm.name")
            };
        }
    }
}
