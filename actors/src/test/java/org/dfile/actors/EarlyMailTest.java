package org.dfile.actors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.dfile.actors.memory.MemoryLimit;
import org.dfile.model.Bytes;
import org.dfile.model.HostId;
import org.dfile.model.replica.PieceId;
import org.dfile.protocol.peer.FilePeerMessage;
import org.junit.jupiter.api.Test;

final class EarlyMailTest {

    private static final int MAX_MESSAGES = 3;
    private static final int BYTES = 10;

    private final EarlyMail early = new EarlyMail(MAX_MESSAGES);
    private final MemoryLimit memory = new MemoryLimit((MAX_MESSAGES + 1) * BYTES);
    private final MemoryLimit.Account account = memory.open();

    private OpenFileMessage.FromPeer mail() {
        assertThat(account.tryAcquire(BYTES)).isTrue();
        Bytes bytes = Bytes.of(new byte[BYTES]);
        return new OpenFileMessage.FromPeer(
                new FilePeerMessage.PieceMail(
                        Node.ALONE.id(), new HostId("n2"), Node.A, new PieceId(UUID.randomUUID()), bytes),
                account);
    }

    private List<OpenFileMessage.FromPeer> handedOn() {
        List<OpenFileMessage.FromPeer> all = new ArrayList<>();
        early.handOn(all::add);
        return all;
    }

    @Test
    void inOrder_once() {
        OpenFileMessage.FromPeer first = mail();
        OpenFileMessage.FromPeer second = mail();
        early.add(first);
        early.add(second);
        assertThat(handedOn()).containsExactly(first, second);
        assertThat(handedOn()).isEmpty();
    }

    @Test
    void tooManyMessages_theLastIsLost_andItsMemoryGivenBack() {
        for (int i = 0; i <= MAX_MESSAGES; i++) {
            early.add(mail());
        }
        assertThat(account.tryAcquire(BYTES)).isTrue();
        assertThat(account.tryAcquire(1)).isFalse();
        assertThat(handedOn()).hasSize(MAX_MESSAGES);
    }
}
