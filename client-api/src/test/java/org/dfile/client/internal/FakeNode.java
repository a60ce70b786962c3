package org.dfile.client.internal;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileStatus;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.Outcome;
import org.dfile.model.Receipt;
import org.dfile.model.SessionId;
import org.dfile.model.StageId;
import org.dfile.model.Stamp;
import org.dfile.model.WriteMode;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.ListReply;
import org.dfile.protocol.WireMessage;
import org.jspecify.annotations.Nullable;

/**
 * A host in memory that keeps the rules of a real one: sessions as in I8, generations, tombstones, staged bytes,
 * checksums. Answers each call at once and completely; what gets lost on the way is another's business. Not for several
 * threads.
 */
final class FakeNode {

    /** One line of the history that a test checks: a change that took effect. */
    record Executed(SessionId session, long number, Change change) {}

    private static final class Session {
        long last;
        long first = 1;
        final TreeMap<Long, Outcome> results = new TreeMap<>();
    }

    private static final class FileRecord {
        FileVersion version = FileVersion.NONE;
        boolean exists;
        byte[] content = {};
        FileVersion watermark = FileVersion.NONE;
        final LinkedHashMap<SessionId, Session> sessions = new LinkedHashMap<>(16, 0.75f, true);
    }

    private final HostId id;
    private final int maxSessions;
    private final TreeMap<FileName, FileRecord> files = new TreeMap<>();
    private final Map<StageId, TreeMap<Long, Bytes>> stages = new HashMap<>();
    final List<Executed> history = new ArrayList<>();

    FakeNode(HostId id, int maxSessions) {
        this.id = id;
        this.maxSessions = maxSessions;
    }

    /** Forgets what a host keeps in memory only. */
    void restart() {
        stages.clear();
    }

    byte[] content(String name) {
        FileRecord file = files.get(FileName.of(name));
        return file == null ? new byte[0] : file.content.clone();
    }

    boolean exists(String name) {
        FileRecord file = files.get(FileName.of(name));
        return file != null && file.exists;
    }

    WireMessage answer(long callId, Call call) {
        if (call instanceof Call.Names names) {
            return list(callId, names);
        }
        Object answer = answerFile((Call.OfFile) call, callId);
        return answer instanceof Failure failure ? new FileReply.Failed(callId, failure) : (WireMessage) answer;
    }

    private Object answerFile(Call.OfFile call, long callId) {
        if (call instanceof Call.Apply apply) {
            return apply(callId, apply);
        }
        if (call instanceof Call.Stage stage) {
            if (!stage.bytes().intact()) {
                return new Failure.ChecksumMismatch(
                        stage.name(), stage.offset(), stage.bytes().byteCount());
            }
            stages.computeIfAbsent(stage.stage(), none -> new TreeMap<>()).put(stage.offset(), copy(stage.bytes()));
            return new FileReply.Staged(
                    callId, stage.stage(), stage.offset(), stage.bytes().byteCount());
        }
        FileRecord file = files.get(call.name());
        if (file == null || !file.exists) {
            return new Failure.NoSuchFile(call.name());
        }
        if (call instanceof Call.Read read) {
            return read(callId, read, file);
        }
        return new FileReply.Status(callId, status(call.name(), file));
    }

    private static Object read(long callId, Call.Read read, FileRecord file) {
        if (read.generation() > 0 && read.generation() != file.version.generation()) {
            return new Failure.Replaced(read.name(), read.generation(), file.version.generation());
        }
        int start = (int) Math.min(read.offset(), file.content.length);
        int end = (int) Math.min(read.offset() + read.byteCount(), file.content.length);
        Bytes bytes = Bytes.of(Arrays.copyOfRange(file.content, start, end));
        return new FileReply.Contents(callId, file.version, file.content.length, read.offset(), bytes);
    }

    private static FileStatus status(FileName name, FileRecord file) {
        return new FileStatus(name, file.version, file.content.length, Instant.EPOCH, Instant.EPOCH);
    }

    private ListReply list(long callId, Call.Names names) {
        List<ListReply.Name> found = files.entrySet().stream()
                .filter(file -> file.getKey().toString().startsWith(names.prefix()))
                .filter(file -> names.after().isEmpty() || file.getKey().compareTo(FileName.of(names.after())) > 0)
                .map(file -> new ListReply.Name(status(file.getKey(), file.getValue()), file.getValue().exists, false))
                .limit(names.limit() + 1L)
                .toList();
        boolean more = found.size() > names.limit();
        return new ListReply.Names(callId, more ? found.subList(0, names.limit()) : found, more, List.of());
    }

    // -- changes

    private Object apply(long callId, Call.Apply apply) {
        FileRecord file = files.computeIfAbsent(apply.name(), name -> new FileRecord());
        Stamp stamp = apply.stamp();
        Session session = file.sessions.get(stamp.session());
        if (session == null) {
            if (stamp.known().compareTo(file.watermark) < 0) {
                return new Failure.SessionLost(apply.name(), file.version);
            }
            session = new Session();
        }
        session.first = Math.max(session.first, stamp.first());
        session.last = Math.max(session.last, session.first - 1);
        session.results.headMap(session.first).clear();
        if (stamp.number() < session.first) {
            return new Failure.OutcomeClosed(apply.name(), stamp.number());
        }
        if (stamp.number() <= session.last) {
            return reply(callId, session.results.get(stamp.number()));
        }
        if (stamp.number() > session.last + 1) {
            return new Failure.OutOfOrder(apply.name(), stamp.number(), session.last + 1);
        }
        Failure impossible = notExecuted(apply);
        if (impossible != null) {
            return impossible;
        }
        file.version = new FileVersion(file.version.generation(), file.version.seq() + 1);
        Outcome outcome = execute(apply.name(), file, apply.change());
        history.add(new Executed(stamp.session(), stamp.number(), apply.change()));
        session.last = stamp.number();
        session.results.put(stamp.number(), outcome);
        file.sessions.put(stamp.session(), session);
        evict(file);
        return reply(callId, outcome);
    }

    private void evict(FileRecord file) {
        while (file.sessions.size() > maxSessions) {
            SessionId eldest = file.sessions.keySet().iterator().next();
            file.sessions.remove(eldest);
            file.watermark = file.version;
        }
    }

    private @Nullable Failure notExecuted(Call.Apply apply) {
        Bytes bytes = apply.change().bytes();
        if (!bytes.intact()) {
            return new Failure.ChecksumMismatch(apply.name(), 0, bytes.byteCount());
        }
        if (apply.change() instanceof Change.Publish publish && assembled(publish) == null) {
            return new Failure.StageLost(apply.name(), publish.stage());
        }
        return null;
    }

    private byte @Nullable [] assembled(Change.Publish publish) {
        TreeMap<Long, Bytes> staged = stages.getOrDefault(publish.stage(), new TreeMap<>());
        ByteBuffer whole = ByteBuffer.allocate((int) publish.length());
        for (Map.Entry<Long, Bytes> chunk : staged.entrySet()) {
            if (chunk.getKey() != whole.position()) {
                return null;
            }
            whole.put(chunk.getValue().buffer());
        }
        return whole.hasRemaining() ? null : whole.array();
    }

    private static Object reply(long callId, @Nullable Outcome outcome) {
        return outcome instanceof Outcome.Done done
                ? new FileReply.Changed(callId, done.receipt())
                : ((Outcome.Refused) Objects.requireNonNull(outcome)).failure();
    }

    private Outcome execute(FileName name, FileRecord file, Change change) {
        Failure.Judged refusal = judge(name, file, change);
        if (refusal != null) {
            return new Outcome.Refused(refusal);
        }
        boolean creates = !file.exists && !(change instanceof Change.Delete);
        if (creates) {
            file.version = new FileVersion(file.version.generation() + 1, file.version.seq());
            file.exists = true;
            file.content = new byte[0];
        }
        long offset = 0;
        Bytes bytes = change.bytes();
        if (change instanceof Change.Create create && create.truncate()) {
            file.content = new byte[0];
        } else if (change instanceof Change.Write write) {
            offset = write.offset();
            put(file, (int) offset, bytes);
        } else if (change instanceof Change.Append) {
            offset = file.content.length;
            put(file, (int) offset, bytes);
        } else if (change instanceof Change.Replace) {
            file.content = new byte[0];
            put(file, 0, bytes);
        } else if (change instanceof Change.Publish publish) {
            file.content = Objects.requireNonNull(assembled(publish));
            bytes = Bytes.of(file.content);
        } else if (change instanceof Change.Truncate truncate) {
            file.content = Arrays.copyOf(file.content, (int) truncate.length());
        } else if (change instanceof Change.Delete) {
            file.exists = false;
            file.content = new byte[0];
        }
        return new Outcome.Done(
                new Receipt(file.version, offset, bytes.byteCount(), bytes.crc32c(), file.content.length, 1));
    }

    private static Failure.@Nullable Judged judge(FileName name, FileRecord file, Change change) {
        long expected = 0;
        boolean mustExist = false;
        boolean mustNotExist = false;
        if (change instanceof Change.Write write) {
            expected = write.generation();
            mustExist = true;
        } else if (change instanceof Change.Append append) {
            expected = append.generation();
            mustExist = !append.create();
        } else if (change instanceof Change.Truncate truncate) {
            expected = truncate.generation();
            mustExist = true;
        } else if (change instanceof Change.Delete delete) {
            expected = delete.generation();
            mustExist = true;
        } else if (change instanceof Change.Create create) {
            mustNotExist = create.exclusive();
        } else {
            WriteMode mode =
                    change instanceof Change.Replace replace ? replace.mode() : ((Change.Publish) change).mode();
            mustExist = mode == WriteMode.REPLACE_EXISTING;
            mustNotExist = mode == WriteMode.CREATE_NEW;
        }
        if (mustExist && !file.exists) {
            return new Failure.NoSuchFile(name);
        }
        if (mustNotExist && file.exists) {
            return new Failure.FileExists(name);
        }
        if (expected > 0 && expected != file.version.generation()) {
            return new Failure.Replaced(name, expected, file.version.generation());
        }
        return null;
    }

    private static void put(FileRecord file, int offset, Bytes bytes) {
        byte[] grown = Arrays.copyOf(file.content, Math.max(file.content.length, offset + bytes.byteCount()));
        bytes.buffer().get(grown, offset, bytes.byteCount());
        file.content = grown;
    }

    private static Bytes copy(Bytes bytes) {
        byte[] copy = new byte[bytes.byteCount()];
        bytes.buffer().get(copy);
        return Bytes.of(copy);
    }

    HostId id() {
        return id;
    }
}
