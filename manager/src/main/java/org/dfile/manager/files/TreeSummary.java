package org.dfile.manager.files;

import java.time.Duration;
import org.dfile.manager.console.Amounts;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.Interruption;

/**
 * What became of the files of a directory or folder.
 *
 * @param files those that are through
 * @param bytes their lengths together
 * @param failed those that are not
 * @param notStarted those that were not tried, after Ctrl-C or the first failure
 * @param givenUp those that were under way at Ctrl-C: each is there as a whole or not at all
 * @param skipped what is no file that could be kept on the other side
 */
record TreeSummary(
        int files,
        long bytes,
        int failed,
        int notStarted,
        int givenUp,
        int skipped,
        double seconds,
        boolean interrupted) {

    static TreeSummary of(Transfers.Result result, int fileCount, int skipped, Duration time) {
        int underWay = fileCount - result.done() - result.failed() - result.notStarted();
        return new TreeSummary(
                result.done(),
                result.byteCount(),
                result.failed(),
                result.notStarted(),
                underWay,
                skipped,
                time.toMillis() / 1e3,
                result.interrupted());
    }

    /** One line for people. */
    String text(String verb) {
        StringBuilder text = new StringBuilder();
        if (interrupted) {
            text.append("interrupted: ").append(verb).append(' ');
        }
        text.append(Amounts.transfer(files, bytes, Duration.ofMillis(Math.round(seconds * 1e3))));
        append(text, failed, "failed");
        append(text, notStarted, "not " + verb);
        append(text, givenUp, "given up under way");
        append(text, skipped, "skipped");
        return text.toString();
    }

    private static void append(StringBuilder text, int count, String what) {
        if (count > 0) {
            text.append(", ").append(count).append(' ').append(what);
        }
    }

    int exitCode(boolean skippedLoss) {
        if (interrupted) {
            return Interruption.EXIT_CODE;
        }
        return failed > 0 || notStarted > 0 || skippedLoss ? ExitCodes.FAILED : ExitCodes.OK;
    }
}
