package org.dfile.actors.transfer;

import java.io.ByteArrayOutputStream;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.dfile.model.Bytes;
import org.dfile.protocol.peer.FilePeerMessage.ReadTransfer;

/** The encoded state or batch that goes before the content, on its way in. */
final class Head {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final RangeWindow window;

    Head(int byteCount, TransferSettings settings) {
        this.window = new RangeWindow(plan(byteCount, settings.rangeBytes()), settings.window());
    }

    private static Iterator<RangeWindow.Range> plan(int byteCount, int rangeBytes) {
        return new Iterator<>() {
            private int offset;

            @Override
            public boolean hasNext() {
                return offset < byteCount;
            }

            @Override
            public RangeWindow.Range next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                int count = Math.min(rangeBytes, byteCount - offset);
                RangeWindow.Range range = new RangeWindow.Range(ReadTransfer.HEAD, offset, count);
                offset += count;
                return range;
            }
        };
    }

    RangeWindow window() {
        return window;
    }

    /** Takes what is next of what has arrived. */
    void take() {
        for (Optional<RangeWindow.Arrived> first = window.first(); first.isPresent(); first = window.first()) {
            byte[] content = new byte[first.get().bytes().byteCount()];
            first.get().bytes().buffer().get(content);
            bytes.writeBytes(content);
            window.kept();
        }
    }

    Bytes encoded() {
        return Bytes.of(bytes.toByteArray());
    }
}
