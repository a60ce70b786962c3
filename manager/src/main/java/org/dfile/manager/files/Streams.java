package org.dfile.manager.files;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import org.dfile.manager.console.Shell;

/** Standard input and output for bytes. */
final class Streams {

    private Streams() {}

    /** Standard input; waiting for it ends with an exception when the thread is interrupted. */
    @SuppressWarnings("resource") // the process's own stream stays open
    static InputStream in(Shell shell) {
        return shell.in() == System.in
                ? Channels.newInputStream(new FileInputStream(FileDescriptor.in).getChannel())
                : shell.in();
    }

    /** Standard output; unlike a {@link java.io.PrintStream} it says when writing fails, and why. */
    @SuppressWarnings("resource") // the process's own stream stays open
    static OutputStream out(Shell shell) {
        shell.out().flush();
        return shell.out() == System.out ? new FileOutputStream(FileDescriptor.out) : shell.out();
    }

    /** Whether writing failed because the reader has had enough, as {@code head} does. */
    static boolean isClosedPipe(IOException failure) {
        return "Broken pipe".equals(failure.getMessage());
    }
}
