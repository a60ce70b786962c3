package org.dfile.client.internal;

import static org.dfile.client.internal.Stages.get;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.dfile.client.ClientSettings;
import org.dfile.client.DFile;
import org.dfile.client.DFileSystem;
import org.junit.jupiter.api.AfterEach;

/** A client of three hosts that keep one copy of each file. */
abstract class ClientFixture {

    static final int MIB = 1 << 20;

    final FakeCluster cluster = new FakeCluster(3);
    DFileSystem files = cluster.connect();

    private final List<DFileSystem> all = new ArrayList<>(List.of(files));

    @AfterEach
    final void close() {
        all.forEach(DFileSystem::close);
    }

    /** Goes on with another client. */
    final void connect(ClientSettings settings) {
        files = cluster.connect(settings);
        all.add(files);
    }

    final long sent(Class<?> type) {
        return cluster.calls.stream().filter(type::isInstance).count();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Opens the file {@code f} of this content. */
    final DFile open(String mode, String content) {
        get(files.write("f", bytes(content)));
        return get(files.open("f", mode));
    }

    final String content() {
        return new String(get(files.readAll("f")), StandardCharsets.UTF_8);
    }
}
