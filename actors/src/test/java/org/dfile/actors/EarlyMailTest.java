package org.dfile.actors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.dfile.model.Bytes;
import org.dfile.model.HostId;
import org.dfile.model.replica.PieceId;
import org.dfile.protocol.peer.FilePeerMessage;
import org.junit.jupiter.api.Test;

final class EarlyMailTest {

    private static final int MAX_MESSAGES = 3;
    private static final int MAX_BYTES = 10;

    private final EarlyMail early = new EarlyMail(MAX_MESSAGES, MAX_BYTES);

    private static FilePeerMessage mail(int byteCount) {
        Bytes bytes = Bytes.of(new byte[byteCount]);
        return new FilePeerMessage.PieceMail(
                Node.ALONE.id(), new HostId("n2"), Node.A, new PieceId(UUID.randomUUID()), bytes);
    }

    private List<FilePeerMessage> handedOn() {
        List<FilePeerMessage> all = new ArrayList<>();
        early.handOn(all::add);
        return all;
    }

    @Test
    void inOrder_once() {
        FilePeerMessage first = mail(1);
        FilePeerMessage second = mail(2);
        early.add(first);
        early.add(second);
        assertThat(handedOn()).containsExactly(first, second);
        assertThat(handedOn()).isEmpty();
    }

    @Test
    void tooManyMessages_theLastAreLost() {
        for (int i = 0; i <= MAX_MESSAGES; i++) {
            early.add(mail(0));
        }
        assertThat(handedOn()).hasSize(MAX_MESSAGES);
    }

    @Test
    void tooManyBytes_whatDoesNotFitIsLost() {
        FilePeerMessage fits = mail(MAX_BYTES - 1);
        FilePeerMessage fitsToo = mail(1);
        early.add(fits);
        early.add(mail(2));
        early.add(fitsToo);
        assertThat(handedOn()).containsExactly(fits, fitsToo);
        early.add(fits);
        assertThat(handedOn()).containsExactly(fits);
    }
}
