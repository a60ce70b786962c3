import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import org.dfile.client.DFileSystem;

/** Writes a file, appends to it, reads it back. Arguments: hosts of the cluster, host:port. */
public class Hello {

    public static void main(String[] hosts) {
        String[] contacts = hosts.length > 0 ? hosts : new String[] {"127.0.0.1:7401"};
        try (DFileSystem files = DFileSystem.connect(contacts).toCompletableFuture().join()) {
            String text = files.open("demo/hello", "w+")
                    .thenCompose(file -> file.write(ByteBuffer.wrap("Hello".getBytes(UTF_8)))
                            .thenCompose(written -> file.append(ByteBuffer.wrap(", DFile\n".getBytes(UTF_8))))
                            .thenAccept(receipt -> System.out.println(receipt.byteCount() + " bytes at "
                                    + receipt.offset() + ", on disk on " + receipt.copies() + " host"))
                            .thenCompose(appended -> file.readAt(0, 1024)))
                    .thenApply(bytes -> UTF_8.decode(bytes).toString())
                    .toCompletableFuture()
                    .join();
            System.out.print(text);
        }
    }
}
