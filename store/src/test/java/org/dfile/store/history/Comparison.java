package org.dfile.store.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Slot;
import org.dfile.model.replica.Pending;
import org.dfile.store.ChangedNames;
import org.dfile.store.FileStore;
import org.dfile.store.ListResult;
import org.dfile.store.LocalStore;
import org.dfile.store.PendingBatch;
import org.dfile.store.ReadResult;
import org.dfile.store.SlotDigest;
import org.dfile.store.SlotPage;
import org.dfile.store.Standing;
import org.dfile.store.StoreException;
import org.dfile.store.TestVolume;
import org.dfile.store.Upkeep;
import org.jspecify.annotations.Nullable;

/** Asks a store for what the model knows, and fails where they differ. */
public final class Comparison {

    private static final int CHANGES_AT_A_TIME = 4;
    private static final int NAMES_AT_A_TIME = 2;

    private Comparison() {}

    /** Compares all there is to ask: every file whole, the list, the sums. */
    public static void all(FileStore store, Model model) throws StoreException {
        for (FileName name : model.names()) {
            file(store, name, model.file(name));
        }
        records(store, model);
        assertThat(store.usage().files()).as("files").isEqualTo(model.fileCount());
        assertThat(store.usage().bytes()).as("sum of lengths").isEqualTo(model.lengthSum());
    }

    /** Compares the list; a name without a record is in it only if it has a pending batch, of which the model may not know. */
    private static void records(FileStore store, Model model) throws StoreException {
        List<FileName> names = new ArrayList<>();
        for (ListResult.Entry entry : store.list("", "", Integer.MAX_VALUE).entries()) {
            if (entry.status().version().equals(FileVersion.NONE)) {
                assertThat(entry.pending())
                        .as("%s has a pending batch", entry.status().name())
                        .isTrue();
            } else {
                names.add(entry.status().name());
            }
        }
        assertThat(names)
                .as("names with a record")
                .isEqualTo(model.listed("", "").stream()
                        .filter(name -> !model.file(name).version().equals(FileVersion.NONE))
                        .toList());
    }

    public static void file(FileStore store, FileName name, ModelFile expected) throws StoreException {
        FileState found = store.state(name).map(ModelFile::sorted).orElse(ModelFile.NONE.state());
        assertThat(found).as("state of %s", name).isEqualTo(expected.state());
        range(store, name, expected, 0, Integer.MAX_VALUE);
    }

    static void anyRange(FileStore store, FileName name, ModelFile expected, Random random) throws StoreException {
        int from = random.nextInt(expected.length() + 10);
        range(store, name, expected, from, random.nextInt(2 * expected.length() + 10));
    }

    private static void range(FileStore store, FileName name, ModelFile expected, int offset, int byteCount)
            throws StoreException {
        ReadResult found = store.read(name, offset, byteCount);
        assertThat(found.exists()).as("%s exists", name).isEqualTo(expected.exists());
        assertThat(found.version()).as("version of %s", name).isEqualTo(expected.version());
        assertThat(found.length()).as("length of %s", name).isEqualTo(expected.length());
        int from = Math.min(offset, expected.length());
        int to = (int) Math.min((long) from + byteCount, expected.length());
        assertThat(content(found.bytes())).as("%s from %d on", name, offset).isEqualTo(expected.range(from, to));
    }

    static byte[] content(Bytes bytes) {
        byte[] content = new byte[bytes.byteCount()];
        bytes.buffer().get(content);
        assertThat(bytes.crc32c()).as("checksum that goes along").isEqualTo(Bytes.checksum(ByteBuffer.wrap(content)));
        return content;
    }

    static void list(FileStore store, Model model, String prefix, String after, int limit) throws StoreException {
        List<FileName> names = model.listed(prefix, after);
        ListResult page = store.list(prefix, after, limit);
        int count = Math.min(limit, names.size());
        assertThat(page.more()).as("more than %d names", limit).isEqualTo(count < names.size());
        assertThat(page.entries().stream().map(entry -> entry.status().name()))
                .as("names with '%s' after '%s'", prefix, after)
                .isEqualTo(names.subList(0, count));
        for (ListResult.Entry entry : page.entries()) {
            FileName name = entry.status().name();
            ModelFile expected = model.file(name);
            assertThat(entry.status().version()).as("listed %s", name).isEqualTo(expected.version());
            assertThat(entry.exists()).isEqualTo(expected.exists());
            assertThat(entry.status().length()).isEqualTo(expected.length());
        }
    }

    /** Compares what a store holds as a replica: pending batches, promises, floors, digests, the order of changes. */
    static void replica(LocalStore store, Model model) throws StoreException {
        for (FileName name : model.pendingNames()) {
            pending(store, name, model.pending(name));
        }
        Map<Slot, Map<FileName, ModelFile>> bySlot = model.bySlot();
        for (int number = 0; number < Slot.COUNT; number++) {
            Slot slot = new Slot(number);
            Map<FileName, ModelFile> files = bySlot.getOrDefault(slot, Map.of());
            long sum = files.entrySet().stream()
                    .mapToLong(
                            file -> Upkeep.digest(file.getKey(), file.getValue().state()))
                    .sum();
            assertThat(store.digest(slot)).as("digest").isEqualTo(new SlotDigest(slot, files.size(), sum));
            assertThat(store.slot(slot)).as("slot").isEqualTo(model.slot(slot));
        }
        for (Slot slot : model.slotsInUse()) {
            pages(store, slot, model);
        }
        changes(store, model);
    }

    /** Compares the records of a slot, page by page. */
    private static void pages(LocalStore store, Slot slot, Model model) throws StoreException {
        List<SlotPage.Entry> entries = new ArrayList<>();
        String after = "";
        boolean more = true;
        while (more) {
            SlotPage page = TestVolume.await(store.page(slot, after, NAMES_AT_A_TIME));
            assertThat(page.floor()).isEqualTo(model.slot(slot).floor());
            entries.addAll(page.entries());
            more = page.more();
            after = more ? page.entries().get(NAMES_AT_A_TIME - 1).name().toString() : after;
        }
        assertThat(entries)
                .as("records of a slot")
                .isEqualTo(model.namesIn(slot).stream()
                        .map(name -> new SlotPage.Entry(name, model.file(name).committed(), pendingId(model, name)))
                        .toList());
    }

    private static Optional<Pending> pendingId(Model model, FileName name) {
        return Optional.ofNullable(model.pending(name)).map(Model.Pending::id);
    }

    static void standing(LocalStore store, FileName name, Model model) throws StoreException {
        Standing standing = TestVolume.await(store.standing(name));
        assertThat(standing.slot()).as("slot").isEqualTo(model.slot(name.slot()));
        assertThat(standing.committed())
                .as("committed")
                .isEqualTo(model.file(name).committed());
        assertThat(standing.state().isPresent()).isEqualTo(model.file(name) != ModelFile.NONE);
        assertThat(standing.pending().map(PendingBatch::pending)).isEqualTo(pendingId(model, name));
    }

    /** Compares the order of changes, page by page. */
    private static void changes(LocalStore store, Model model) throws StoreException {
        List<String> names = new ArrayList<>();
        long after = 0;
        boolean more = true;
        while (more) {
            ChangedNames page = store.changedSince(after, CHANGES_AT_A_TIME);
            for (ChangedNames.Entry entry : page.entries()) {
                assertThat(entry.number()).as("numbers of changes rise").isGreaterThan(after);
                after = entry.number();
                ModelFile expected = model.file(entry.name());
                assertThat(entry.version()).isEqualTo(expected.version());
                assertThat(entry.hash()).isEqualTo(expected.hash());
                assertThat(entry.exists()).isEqualTo(expected.exists());
                names.add(entry.name().toString());
            }
            more = page.more();
        }
        assertThat(names).as("names in the order of their last change").isEqualTo(model.changes());
    }

    static void pending(LocalStore store, FileName name, Model.@Nullable Pending expected) throws StoreException {
        Optional<PendingBatch> found = store.pending(name);
        assertThat(found.isPresent()).as("%s has a pending batch", name).isEqualTo(expected != null);
        if (expected == null || found.isEmpty()) {
            return;
        }
        Batch batch = found.get().batch();
        Plan plan = expected.plan();
        assertThat(found.get().pending()).as("what is pending").isEqualTo(expected.id());
        assertThat(batch.time()).isEqualTo(plan.time());
        assertThat(batch.operations()).hasSameSizeAs(plan.edits());
        assertThat(batch.sessions()).isEqualTo(plan.sessions());
        assertThat(batch.evicted()).isEqualTo(plan.evicted());
        assertThat(batch.watermark()).isEqualTo(plan.watermark());
    }

    /** Compares a batch that was accepted and not committed, with all its bytes. */
    public static void accepted(LocalStore store, FileName name, Ballot ballot, ModelFile before, Plan plan)
            throws StoreException {
        ModelFile after = before.after(plan);
        pending(store, name, new Model.Pending(ballot, before.id(), plan, after));
        assertThat(store.slot(name.slot()).promised())
                .as("promise of an accept")
                .contains(ballot);
        for (int i = 0; i < plan.edits().size(); i++) {
            byte[] all = plan.edits().get(i).content();
            if (all.length > 0) {
                assertThat(content(store.readPending(name, after.hash(), i, 0, all.length)))
                        .as("write %d of the batch pending for %s", i, name)
                        .isEqualTo(all);
            }
        }
    }

    /** Compares a part of each write of a pending batch. */
    static void pendingRange(LocalStore store, FileName name, Model.Pending expected, Random random)
            throws StoreException {
        List<Plan.Edit> edits = expected.plan().edits();
        for (int i = 0; i < edits.size(); i++) {
            if (edits.get(i) instanceof Plan.Edit.WriteInline || edits.get(i) instanceof Plan.Edit.WriteStaged) {
                byte[] all = edits.get(i).content();
                int from = random.nextInt(all.length + 10);
                int count = random.nextInt(all.length + 10);
                Bytes found = store.readPending(name, expected.after().hash(), i, from, count);
                int start = Math.min(from, all.length);
                assertThat(content(found))
                        .as("write %d of %s from %d on", i, name, from)
                        .isEqualTo(Arrays.copyOfRange(all, start, Math.min(all.length, start + count)));
            }
        }
    }
}
