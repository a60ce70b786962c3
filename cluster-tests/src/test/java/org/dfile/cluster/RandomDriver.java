package org.dfile.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.dfile.client.DFile;
import org.dfile.client.DFileSystem;
import org.dfile.model.FileName;
import org.dfile.model.Receipt;
import org.dfile.model.WriteMode;

/**
 * Does random operations, through several clients and open files, on a cluster and on its model, and compares what is
 * seen. Only one thing happens at a time, but for bursts of changes on one open file, which are sent without waiting.
 */
final class RandomDriver {

    private static final List<String> NAMES =
            List.of("a", "a/b", "a/b/c.txt", "a.txt", "ü/€", "z", "long/" + "n".repeat(255), "same");
    private static final List<String> MODES = List.of("r", "w", "a", "x", "r+", "w+", "a+", "x+", "rb", "r+b");
    private static final List<WriteMode> MODES_OF_WRITING = List.of(WriteMode.values());
    private static final int MAX_OPEN = 12;
    private static final int MAX_BURST = 12;
    private static final int MAX_OFFSET = 300_000;

    /** An open file, real and model. */
    private record Open(DFile real, ModelFile model, boolean readable, boolean writable) {}

    /** An operation that is under way on the cluster, with what the model says of it. */
    private record Pending(String what, CompletionStage<Seen> real, Seen expected) {}

    private final List<DFileSystem> clients;
    private final SplittableRandom random;
    private final ModelFiles model = new ModelFiles();
    private final List<Open> open = new ArrayList<>();
    private final List<String> history = new ArrayList<>();

    RandomDriver(List<DFileSystem> clients, long seed) {
        this.clients = clients;
        this.random = new SplittableRandom(seed);
    }

    void step() {
        int dice = random.nextInt(100);
        if (dice < 10) {
            openOne();
        } else if (dice < 25) {
            wholeFile(anyName());
        } else if (dice < 30) {
            remove(anyName());
        } else if (dice < 35) {
            look(anyName());
        } else if (!open.isEmpty()) {
            onOpenFile(open.get(random.nextInt(open.size())));
        }
    }

    /** Compares every file once more. */
    void finish() {
        for (String name : NAMES) {
            check("readAll " + name, Seen.of(client().readAll(name), Seen::bytes), model.readAll(FileName.of(name)));
        }
        open.forEach(file -> Stages.get(Seen.of(file.real().close(), Seen::value)));
    }

    private void openOne() {
        if (open.size() == MAX_OPEN) {
            Open oldest = open.remove(0);
            // What failed on it was seen before; close tells it once more.
            Stages.get(Seen.of(oldest.real().close(), Seen::value));
        }
        String name = anyName();
        String mode = MODES.get(random.nextInt(MODES.size()));
        Optional<Seen> whyNot = ModelFile.whyNot(model, FileName.of(name), mode);
        CompletionStage<DFile> opening = client().open(name, mode);
        check(
                "open " + name + " " + mode,
                Seen.of(opening, file -> Seen.value("open")),
                whyNot.orElse(Seen.value("open")));
        ModelFile.open(model, FileName.of(name), mode)
                .ifPresent(file -> open.add(new Open(
                        Stages.get(opening),
                        file,
                        mode.startsWith("r") || mode.contains("+"),
                        !mode.startsWith("r") || mode.contains("+"))));
    }

    private void wholeFile(String name) {
        byte[] bytes = bytes(random.nextInt(20) == 0 ? 3 << 20 : 200_000);
        WriteMode mode = MODES_OF_WRITING.get(random.nextInt(MODES_OF_WRITING.size()));
        if (random.nextInt(3) == 0) {
            check(
                    "append " + bytes.length + " to " + name,
                    receipt(client().append(name, ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, 1 << 20)))),
                    model.append(FileName.of(name), java.util.Arrays.copyOf(bytes, Math.min(bytes.length, 1 << 20))));
        } else {
            check(
                    "write " + bytes.length + " as " + name + " " + mode,
                    receipt(client().write(name, ByteBuffer.wrap(bytes), mode)),
                    model.replace(FileName.of(name), bytes, mode));
        }
    }

    private void remove(String name) {
        check(
                "delete " + name,
                Seen.of(client().delete(name), gone -> Seen.value("deleted")),
                model.delete(FileName.of(name)));
    }

    private void look(String name) {
        FileName fileName = FileName.of(name);
        check("stat " + name, Seen.of(client().stat(name), Seen::status), model.stat(fileName));
        check("exists " + name, Seen.of(client().exists(name), Seen::value), model.exists(fileName));
        check("readAll " + name, Seen.of(client().readAll(name), Seen::bytes), model.readAll(fileName));
        String prefix = name.substring(0, random.nextInt(2));
        String after = random.nextBoolean() ? "" : anyName();
        check(
                "list " + prefix + " after " + after,
                Seen.of(client().list(prefix, after), Seen::page),
                model.list(prefix, after));
    }

    private void onOpenFile(Open file) {
        if (file.writable() && (!file.readable() || random.nextBoolean())) {
            burst(file);
        } else {
            readFrom(file);
        }
    }

    /** Changes without waiting, then one look: it must see them all. */
    private void burst(Open file) {
        List<Pending> pending = new ArrayList<>();
        for (int count = 1 + random.nextInt(MAX_BURST); count > 0; count--) {
            pending.add(change(file));
        }
        pending.add(new Pending(
                "size", Seen.of(file.real().size(), Seen::value), file.model().size()));
        pending.forEach(this::check);
        Stages.get(Seen.of(file.real().flush(), Seen::value));
    }

    private Pending change(Open file) {
        byte[] bytes = bytes(random.nextInt(30) == 0 ? 1 << 20 : 70_000);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long offset = random.nextInt(MAX_OFFSET);
        String on = " " + file.real().name() + " ";
        switch (random.nextInt(5)) {
            case 0 -> {
                return new Pending(
                        "truncate" + on + offset,
                        Seen.of(file.real().truncate(offset), done -> Seen.value("length " + done.length())),
                        file.model().truncate(offset));
            }
            case 1 -> {
                return new Pending(
                        "append" + on + bytes.length,
                        receipt(file.real().append(buffer)),
                        file.model().append(bytes));
            }
            case 2 -> {
                if (file.model().appends()) {
                    return change(file);
                }
                return new Pending(
                        "writeAt" + on + offset + " " + bytes.length,
                        receipt(file.real().writeAt(offset, buffer)),
                        file.model().writeAt(offset, bytes));
            }
            default -> {
                if (file.model().appends() || random.nextInt(3) == 0) {
                    file.real().seek(offset);
                    file.model().seek(offset);
                }
                return new Pending(
                        "write" + on + bytes.length,
                        receipt(file.real().write(buffer)),
                        file.model().write(bytes));
            }
        }
    }

    private void readFrom(Open file) {
        long offset = random.nextInt(MAX_OFFSET);
        int byteCount = random.nextInt(MAX_OFFSET);
        String on = " " + file.real().name() + " ";
        if (file.model().appends() || random.nextInt(4) == 0) {
            file.real().seek(offset); // where the cursor of an appending file stands after a write is not promised
            file.model().seek(offset);
        }
        switch (random.nextInt(5)) {
            case 0 ->
                check(
                        "readAt" + on + offset + " " + byteCount,
                        buffer(file.real().readAt(offset, byteCount)),
                        file.model().readAt(offset, byteCount));
            case 1 ->
                check(
                        "readAll" + on,
                        buffer(file.real().readAll()),
                        file.model().read(Long.MAX_VALUE));
            case 2, 3 ->
                check(
                        "readLine" + on,
                        Seen.of(file.real().readLine(), line -> Seen.value(line.orElse("no line"))),
                        file.model().readLine());
            default ->
                check(
                        "read" + on + byteCount,
                        buffer(file.real().read(byteCount)),
                        file.model().read(byteCount));
        }
        check(
                "tell" + on,
                Seen.of(file.real().tell(), Seen::value),
                file.model().tell());
    }

    private void check(String what, CompletionStage<Seen> real, Seen expected) {
        check(new Pending(what, real, expected));
    }

    private void check(Pending pending) {
        history.add(pending.what());
        assertThat(Stages.get(pending.real()))
                .as(() -> pending.what() + ", the last of " + history.size() + " operations: "
                        + history.subList(Math.max(0, history.size() - 30), history.size()))
                .isEqualTo(pending.expected());
    }

    private static CompletionStage<Seen> receipt(CompletionStage<Receipt> stage) {
        return Seen.of(stage, Seen::receipt);
    }

    private static CompletionStage<Seen> buffer(CompletionStage<ByteBuffer> stage) {
        Function<ByteBuffer, Seen> content = buffer -> {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return Seen.bytes(bytes);
        };
        return Seen.of(stage, content);
    }

    private String anyName() {
        return NAMES.get(random.nextInt(NAMES.size()));
    }

    private DFileSystem client() {
        return clients.get(random.nextInt(clients.size()));
    }

    /** Returns at least one byte: much text with lines, and runs of anything. */
    private byte[] bytes(int atMost) {
        byte[] bytes = new byte[1 + random.nextInt(random.nextBoolean() ? 200 : atMost)];
        random.nextBytes(bytes);
        if (random.nextBoolean()) {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) "abc äö\r\n\n".charAt(bytes[i] & 7);
            }
        }
        return bytes;
    }
}
