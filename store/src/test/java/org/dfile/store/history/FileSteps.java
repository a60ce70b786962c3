package org.dfile.store.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.StagedBytes;
import org.dfile.store.BadChecksumException;
import org.dfile.store.ConflictException;
import org.dfile.store.StoreException;
import org.dfile.store.TestVolume;

/** What somebody may do with the files of a store: change and read them. */
final class FileSteps {

    private final World world;

    FileSteps(World world) {
        this.world = world;
    }

    void change() throws StoreException {
        FileName name = world.anyName();
        world.step = "a change of " + name;
        apply(name, world.nextPlan(name));
        Comparison.file(world.store, name, world.model.file(name));
        Comparison.anyRange(world.store, name, world.model.file(name), world.random);
    }

    private CompletionStage<FileState> submit(FileName name, Plan plan) throws StoreException {
        ModelFile before = world.model.file(name);
        return world.store.apply(name, before.version(), plan.batch(world.store, before));
    }

    /** Tells the store first: after a failure the model is as it was. */
    void apply(FileName name, Plan plan) throws StoreException {
        applied(name, plan, TestVolume.await(submit(name, plan)));
    }

    private void applied(FileName name, Plan plan, FileState state) {
        ModelFile after = world.model.file(name).after(plan);
        assertThat(ModelFile.sorted(state)).as("the answer").isEqualTo(after.state());
        world.model.put(name, after);
    }

    void changeMany() throws StoreException {
        world.step = "changes of many files";
        Map<FileName, Plan> made = new LinkedHashMap<>();
        List<CompletionStage<FileState>> answers = new ArrayList<>();
        for (int i = 0; i < World.NAMES; i++) {
            FileName name = world.anyName();
            if (!made.containsKey(name)) {
                Plan plan = world.nextPlan(name);
                made.put(name, plan);
                answers.add(submit(name, plan));
            }
        }
        Iterator<CompletionStage<FileState>> answer = answers.iterator();
        for (Map.Entry<FileName, Plan> one : made.entrySet()) {
            applied(one.getKey(), one.getValue(), TestVolume.await(answer.next()));
            Comparison.file(world.store, one.getKey(), world.model.file(one.getKey()));
        }
    }

    void changeRefused() throws StoreException {
        FileName name = world.anyName();
        world.step = "a refused change of " + name;
        ModelFile before = world.model.file(name);
        switch (world.random.nextInt(3)) {
            case 0 -> {
                Plan plan = world.nextPlan(name);
                FileVersion other = new FileVersion(
                        before.version().generation(), before.version().seq() + 1);
                assertThatThrownBy(
                                () -> TestVolume.await(world.store.apply(name, other, plan.batch(world.store, before))))
                        .isInstanceOf(ConflictException.class);
            }
            case 1 -> {
                ByteBuffer content = ByteBuffer.wrap(new byte[world.random.nextInt(World.LONGEST_STAGED)]);
                Bytes bytes = Bytes.received(content, Bytes.checksum(content) + 1);
                assertThatThrownBy(() -> world.store.stage(bytes)).isInstanceOf(BadChecksumException.class);
            }
            default -> {
                Plan.Edit edit = before.exists() ? new Plan.Edit.Create() : new Plan.Edit.Truncate(1);
                Plan impossible = new Plan(
                        List.of(edit),
                        TestVolume.TIME,
                        List.of(),
                        List.of(),
                        FileVersion.NONE,
                        before.version().generation() + 1);
                assertThatThrownBy(() -> submit(name, impossible)).isInstanceOf(IllegalArgumentException.class);
            }
        }
        Comparison.file(world.store, name, before);
    }

    /** Staged bytes that no batch names: given up, or left to the next restart. */
    void stageAndLeave() throws StoreException {
        world.step = "staged bytes";
        byte[] content = new byte[world.random.nextInt(World.LONGEST_STAGED)];
        world.random.nextBytes(content);
        StagedBytes staged = world.store.stage(Bytes.of(content));
        if (world.random.nextBoolean()) {
            world.store.release(staged);
            world.store.release(staged);
        }
    }

    void ask() throws StoreException {
        world.step = "questions";
        String[] prefixes = {"", "f", "d", "d/", "none"};
        String prefix = prefixes[world.random.nextInt(prefixes.length)];
        String after = world.random.nextBoolean() ? "" : world.anyName().toString();
        Comparison.list(world.store, world.model, prefix, after, 1 + world.random.nextInt(World.NAMES));
        for (FileName name : world.model.names()) {
            Comparison.anyRange(world.store, name, world.model.file(name), world.random);
        }
        Comparison.file(world.store, FileName.of("never/created"), ModelFile.NONE);
        Comparison.replica(world.store, world.model);
    }

    void deleteAll() throws StoreException {
        world.step = "deletion of all";
        for (FileName name : world.model.names()) {
            if (world.model.file(name).exists()) {
                apply(name, deletion(world.model.file(name)));
            }
        }
        world.compareAll();
        assertThat(world.store.usage().liveBytes()).as("live bytes of no files").isZero();
    }

    static Plan deletion(ModelFile file) {
        FileVersion watermark = file.state().watermark();
        return new Plan(List.of(new Plan.Edit.Delete()), TestVolume.TIME, List.of(), List.of(), watermark, 0);
    }
}
