package org.dfile.node;

import java.io.IOException;
import java.nio.file.Path;
import org.dfile.model.HostAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A client for all tests of a class, and for each the folder of a node. */
abstract class WithNodeFolder {

    static TestClient client;

    @TempDir
    Path temp;

    NodeFolder folder;
    HostAddress address;

    @BeforeAll
    static void startClient() {
        client = new TestClient();
    }

    @AfterAll
    static void stopClient() {
        client.close();
    }

    @BeforeEach
    final void makeFolder() throws IOException {
        folder = NodeFolder.create(temp.resolve("n1"));
        address = folder.host().address();
    }
}
