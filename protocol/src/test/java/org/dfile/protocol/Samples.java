package org.dfile.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.ClusterId;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileStatus;
import org.dfile.model.FileVersion;
import org.dfile.model.Host;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.Limits;
import org.dfile.model.Receipt;
import org.dfile.model.SessionId;
import org.dfile.model.Slot;
import org.dfile.model.StageId;
import org.dfile.model.Stamp;
import org.dfile.model.VolumeId;
import org.dfile.model.WriteMode;

/** At least one of every message, change and failure, the same in every run. */
final class Samples {

    static final FileName NAME = FileName.of("reports/übersicht 2026.csv");
    static final HostId HOST = new HostId("n1");
    static final ClusterId CLUSTER = ClusterId.of("6f1de0f4-9b1c-4a57-8f0e-2f2f3c9b7a10");
    static final StageId STAGE = new StageId(UUID.fromString("01234567-89ab-cdef-0123-456789abcdef"));
    static final Bytes BYTES = Bytes.of("some bytes".getBytes(StandardCharsets.UTF_8));
    static final Stamp STAMP = new Stamp(
            new SessionId(UUID.fromString("fedcba98-7654-3210-fedc-ba9876543210")), 70, 7, new FileVersion(3, 12));
    static final FileVersion VERSION = new FileVersion(3, 14);
    static final FileStatus STATUS = new FileStatus(
            NAME,
            VERSION,
            1L << 40,
            Instant.parse("2026-11-22T09:30:00.123456789Z"),
            Instant.parse("2026-11-22T10:00:00Z"));
    static final HostAddress ADDRESS = new HostAddress("127.0.0.1", 7401);
    static final VolumeId VOLUME = VolumeId.of("11111111-2222-3333-4444-555555555555");
    static final HostList LIST = new HostList(
            CLUSTER,
            2,
            1,
            List.of(
                    new Host(HOST, ADDRESS, VOLUME),
                    new Host(
                            new HostId("n2"),
                            new HostAddress("::1", 7402),
                            VolumeId.of("11111111-2222-3333-4444-666666666666"))));

    static final ScrubReport SCRUB = new ScrubReport(
            ScrubReport.State.RUNNING,
            1_795_000_000_001L,
            1_795_000_000_002L,
            3,
            4,
            5,
            true,
            6,
            7,
            List.of(new ScrubReport.Damage(
                    "bytes",
                    NAME.toString(),
                    65_536,
                    "checksum",
                    1_795_000_000_003L,
                    "/srv/dfile/n1/data/quarantine/1795000000003-BYTES-0-65536")));

    private Samples() {}

    /** Returns messages by a name that says which sample it is. Reply addresses are of a client far away. */
    static Map<String, WireMessage> messages(ActorRefResolver resolver) {
        Map<String, WireMessage> samples = new LinkedHashMap<>();
        addRequests(samples, resolver);
        addReplies(samples);
        OperatorSamples.add(samples, resolver);
        PeerSamples.add(samples, resolver);
        return samples;
    }

    private static void addRequests(Map<String, WireMessage> samples, ActorRefResolver resolver) {
        ActorRef<FileReply> files = resolver.resolveActorRef("pekko://dfile-client@192.0.2.7:41234/user/replies#17");
        ActorRef<FileReply> bulk = resolver.resolveActorRef("pekko://dfile-client@192.0.2.7:41234/user/bulk");
        ActorRef<AdminReply> admin = resolver.resolveActorRef("pekko://dfile-client@192.0.2.7:41234/temp/files$a");
        ActorRef<ListReply> lists = resolver.resolveActorRef("pekko://dfile-client@192.0.2.7:41234/user/replies");
        changes()
                .forEach((name, change) ->
                        samples.put("Apply " + name, new FileRequest.Apply(5, LIST.id(), NAME, STAMP, change, bulk)));
        samples.put("Stage", new FileRequest.Stage(6, LIST.id(), NAME, STAGE, 1 << 20, BYTES, bulk));
        samples.put("Stat", new FileRequest.Stat(7, LIST.id(), NAME, files));
        samples.put("Read", new FileRequest.Read(8, LIST.id(), NAME, 3, 1L << 33, 4_096, files));
        samples.put("ListRequest", new ListRequest(9, LIST.id(), "reports/", "reports/a", 1_000, lists));
        samples.put("Hello", new AdminRequest.Hello("0.1.0", 2, admin));
        samples.put("GetStatus", new AdminRequest.GetStatus(2, admin));
        samples.put("Kill", new AdminRequest.Kill("a token", admin));
        samples.put("StartScrub", new AdminRequest.StartScrub("a token", admin));
    }

    private static void addReplies(Map<String, WireMessage> samples) {
        samples.put("Status", new FileReply.Status(7, STATUS));
        samples.put("Contents", new FileReply.Contents(8, VERSION, 1L << 40, 1L << 33, BYTES));
        samples.put("Contents empty", new FileReply.Contents(8, VERSION, 0, 0, Bytes.EMPTY));
        samples.put("Changed", new FileReply.Changed(5, new Receipt(VERSION, 7, 10, BYTES.crc32c(), 17, 1)));
        samples.put("Staged", new FileReply.Staged(6, STAGE, 1 << 20, 10));
        failures().forEach((name, failure) -> samples.put("Failed " + name, new FileReply.Failed(8, failure)));
        samples.put(
                "Names",
                new ListReply.Names(
                        9,
                        List.of(new ListReply.Name(STATUS, true, false), new ListReply.Name(STATUS, false, true)),
                        true,
                        List.of(new Slot(7))));
        samples.put("ListFailed", new ListReply.ListFailed(9, new Failure.ShuttingDown(HOST)));
        samples.put("Welcome", new AdminReply.Welcome(HOST, "0.1.0", LIST));
        samples.put(
                "NodeStatus",
                new AdminReply.NodeStatus(
                        HOST,
                        CLUSTER,
                        2,
                        NodeState.READY,
                        "0.1.0",
                        4711,
                        1_795_000_000_000L,
                        3,
                        4,
                        5,
                        6,
                        true,
                        7,
                        8,
                        9,
                        SCRUB,
                        "none"));
        samples.put("ScrubStarted", new AdminReply.ScrubStarted(HOST));
        samples.put("Killed", new AdminReply.Killed(HOST));
        samples.put("AdminFailed", new AdminReply.AdminFailed(new Failure.NotAuthorised(HOST, "Kill")));
    }

    static Map<String, Change> changes() {
        Map<String, Change> changes = new LinkedHashMap<>();
        changes.put("Create", new Change.Create(true, false));
        changes.put("Write", new Change.Write(3, 1L << 33, BYTES));
        changes.put("Append", new Change.Append(Change.ANY_GENERATION, true, BYTES));
        changes.put("Replace", new Change.Replace(WriteMode.REPLACE_EXISTING, BYTES));
        changes.put("Publish", new Change.Publish(WriteMode.CREATE_NEW, STAGE, 1L << 34));
        changes.put("Publish over", new Change.Publish(WriteMode.REPLACE, STAGE, 0));
        changes.put("Truncate", new Change.Truncate(3, 99));
        changes.put("Delete", new Change.Delete(3));
        return changes;
    }

    static Map<String, Failure> failures() {
        List<Failure> failures = new ArrayList<>(List.of(
                new Failure.NoSuchFile(NAME),
                new Failure.FileExists(NAME),
                new Failure.Replaced(NAME, 3, 4),
                new Failure.FileTooLong(NAME, Limits.MAX_FILE_BYTES + 1),
                new Failure.Busy("requests of one file", 32),
                new Failure.OutOfOrder(NAME, 9, 7),
                new Failure.OutcomeClosed(NAME, 6),
                new Failure.SessionLost(NAME, new FileVersion(3, 15)),
                new Failure.ChecksumMismatch(NAME, 12, 10),
                new Failure.StageLost(NAME, STAGE),
                new Failure.NotAReplica(NAME, HOST),
                new Failure.NotCoordinator(NAME, HOST),
                new Failure.Diverged(HOST, NAME),
                new Failure.StaleHostList(LIST),
                new Failure.HostListRefused(HOST, "no"),
                new Failure.ReservedName(NAME),
                new Failure.ForeignCluster(HOST, CLUSTER),
                new Failure.ShuttingDown(HOST),
                new Failure.Amnesiac(HOST, VOLUME),
                new Failure.FileAmnesiac(HOST, NAME, "checksum"),
                new Failure.RecordsDamaged(HOST, "checksum"),
                new Failure.OtherProtocol(HOST, "0.2.0", 3, 2),
                new Failure.VolumeFull(HOST, 1_000, 10),
                new Failure.StorageFailed(HOST, "EIO"),
                new Failure.CorruptData(HOST, NAME, 65_536, "checksum"),
                new Failure.Malformed("what is this"),
                new Failure.NotAuthorised(HOST, "Kill"),
                new Failure.TimedOut("read", HOST, ADDRESS, Duration.ofMillis(1_500)),
                new Failure.NoReturnPath(new HostAddress("client.example", 4711), ADDRESS),
                new Failure.ClusterUnreachable("n1, n2", Duration.ofSeconds(5)),
                new Failure.ClientBusy("bytes", 64 << 20),
                new Failure.TooLongToHold(NAME, "the file", 64 << 20),
                new Failure.PartlyWritten(NAME, 1 << 20, new Failure.ShuttingDown(HOST)),
                new Failure.ListingIncomplete("n2"),
                new Failure.ClientClosed("read"),
                new Failure.LocalFileFailed("/tmp/x", "no such file")));
        Map<String, Failure> byName = new LinkedHashMap<>();
        failures.forEach(failure -> byName.put(failure.getClass().getSimpleName(), failure));
        return byName;
    }

    /** Returns a frame's bytes as another buffer than the one they came in. */
    static ByteBuffer direct(byte[] frame) {
        return ByteBuffer.allocateDirect(frame.length).put(frame).flip();
    }
}
