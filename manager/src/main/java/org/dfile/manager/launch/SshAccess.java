package org.dfile.manager.launch;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SftpException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A host over one SSH session: commands on channels of their own, files over SFTP. */
final class SshAccess implements HostAccess {

    /** Servers may close a channel before they report the exit code, so the script prints it: line break, mark, code. */
    private static final String EXIT_MARK = "\n@exit ";

    private final Session session;
    private final Duration commandTimeout;
    private @Nullable ChannelSftp sftp;

    SshAccess(Session session, Duration commandTimeout) {
        this.session = session;
        this.commandTimeout = commandTimeout;
    }

    @Override
    public Result run(String script) throws IOException {
        // The subshell keeps an "exit" of the script from skipping the mark; "sh -s" suits every login shell.
        String wrapped =
                "exec 2>&1\n(\n" + script + "\n)\nprintf '" + EXIT_MARK.replace("\n", "\\n") + "%s\\n' \"$?\"\n";
        ChannelExec channel = open("exec", ChannelExec.class);
        AtomicBoolean late = new AtomicBoolean();
        CompletableFuture<Void> watchdog = CompletableFuture.runAsync(
                () -> {
                    late.set(true);
                    channel.disconnect();
                },
                CompletableFuture.delayedExecutor(commandTimeout.toMillis(), TimeUnit.MILLISECONDS));
        try {
            channel.setCommand("sh -s");
            channel.setInputStream(new ByteArrayInputStream(wrapped.getBytes(UTF_8)));
            InputStream out = channel.getInputStream();
            channel.connect(Math.toIntExact(commandTimeout.toMillis()));
            return result(out.readNBytes(MAX_OUTPUT_BYTES + 1), late.get());
        } catch (JSchException e) {
            throw new AccessException(AccessException.Kind.OTHER, "no command can be run: " + e.getMessage(), e);
        } finally {
            watchdog.cancel(false);
            channel.disconnect();
        }
    }

    private Result result(byte[] bytes, boolean late) throws IOException {
        if (bytes.length > MAX_OUTPUT_BYTES) {
            throw new IOException("a command printed more than " + MAX_OUTPUT_BYTES + " bytes");
        }
        String text = new String(bytes, UTF_8);
        int mark = text.lastIndexOf(EXIT_MARK);
        if (mark < 0) {
            throw late
                    ? new AccessException(
                            AccessException.Kind.TIMED_OUT,
                            "a command did not end within " + commandTimeout.toSeconds() + " s")
                    : new IOException("a command was cut off after \"" + text.strip() + "\"");
        }
        int exitCode =
                Integer.parseInt(text.substring(mark + EXIT_MARK.length()).strip());
        return new Result(exitCode, text.substring(0, mark));
    }

    @Override
    public void write(String path, byte[] content, int mode) throws IOException {
        put(path, new ByteArrayInputStream(content), mode);
    }

    @Override
    public void upload(Path source, String path) throws IOException {
        try (InputStream in = Files.newInputStream(source)) {
            put(path, in, READABLE);
        }
    }

    private void put(String path, InputStream content, int mode) throws IOException {
        ChannelSftp files = sftp();
        String temporary = path + "." + UUID.randomUUID() + ".tmp";
        try {
            try {
                files.put(InputStream.nullInputStream(), temporary);
                files.chmod(mode, temporary); // before anything secret is in it
                files.put(content, temporary);
                files.rename(temporary, path);
            } catch (SftpException e) {
                removeQuietly(files, temporary, e);
                throw e;
            }
        } catch (SftpException e) {
            throw new IOException("cannot write " + path + " over SFTP: " + e.getMessage(), e);
        }
    }

    private static void removeQuietly(ChannelSftp files, String path, SftpException cause) {
        try {
            files.rm(path);
        } catch (SftpException e) {
            cause.addSuppressed(e);
        }
    }

    private ChannelSftp sftp() throws IOException {
        ChannelSftp open = sftp;
        if (open == null) {
            open = open("sftp", ChannelSftp.class);
            try {
                open.connect(Math.toIntExact(commandTimeout.toMillis()));
            } catch (JSchException e) {
                throw new AccessException(AccessException.Kind.OTHER, "no SFTP on the host: " + e.getMessage(), e);
            }
            sftp = open;
        }
        return open;
    }

    private <C> C open(String type, Class<C> channel) throws IOException {
        try {
            return channel.cast(session.openChannel(type));
        } catch (JSchException e) {
            throw new AccessException(
                    AccessException.Kind.UNREACHABLE, "the SSH connection is lost: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        session.disconnect();
    }
}
