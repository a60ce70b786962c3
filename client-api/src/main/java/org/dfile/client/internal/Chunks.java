package org.dfile.client.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.dfile.model.Bytes;
import org.dfile.model.Limits;

/** What is longer than one message, cut into what fits; checksums are taken here, so at the call. */
record Chunks(List<Bytes> parts, long byteCount, int crc32c) {

    static Chunks of(ByteBuffer content) {
        int byteCount = content.remaining();
        if (byteCount <= Limits.MAX_CHUNK_BYTES) {
            Bytes only = Bytes.of(content);
            return new Chunks(List.of(only), byteCount, only.crc32c());
        }
        List<Bytes> parts = new ArrayList<>();
        for (int start = 0; start < byteCount; start += Limits.MAX_CHUNK_BYTES) {
            int partBytes = Math.min(Limits.MAX_CHUNK_BYTES, byteCount - start);
            parts.add(Bytes.of(content.slice(content.position() + start, partBytes)));
        }
        return new Chunks(List.copyOf(parts), byteCount, Bytes.checksum(content));
    }

    boolean isOne() {
        return parts.size() == 1;
    }

    Bytes one() {
        return parts.get(0);
    }
}
