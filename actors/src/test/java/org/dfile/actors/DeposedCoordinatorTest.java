package org.dfile.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dfile.actors.Node.A;
import static org.dfile.actors.Node.LIST_VERSION;
import static org.dfile.actors.Node.SELF;
import static org.dfile.actors.Node.append;

import org.dfile.actors.slots.SlotRoles;
import org.dfile.model.Ballot;
import org.dfile.model.Failure;
import org.dfile.model.Life;
import org.junit.jupiter.api.Test;

/** What a host says of changes that it proposed, and that another one decides now. */
final class DeposedCoordinatorTest extends NodeTestCase {

    private static final SlotRoles.Role NOBODY = new SlotRoles.Electing();
    private static final SlotRoles.Role LEADS_AGAIN =
            new SlotRoles.Leading(new Ballot(99, SELF, new Life(LIST_VERSION, 1)));

    private final Node node = node("coordinator-timeout = 200 ms, resend-interval = 50 ms");

    @Test
    void proposedChange_isNotRefused() {
        long proposed = node.beginCommitting();
        node.become(NOBODY);
        long later = node.apply(A, 1, 1, append("later"));
        assertThat(node.failure(later)).isEqualTo(new Failure.NotCoordinator(A, SELF));
        assertThat(node.hasArrived(proposed)).isFalse();
        node.store.releaseAccepts();
    }

    /** The host leads again and takes the change back, but leads no longer before it knows what became of the batch. */
    @Test
    void proposedChange_isNotRefusedAfterTheHostLedAgain() {
        long proposed = node.beginCommitting();
        node.become(NOBODY);
        node.become(LEADS_AGAIN);
        node.become(NOBODY);
        long later = node.apply(A, 1, 1, append("later"));
        assertThat(node.failure(later)).isEqualTo(new Failure.NotCoordinator(A, SELF));
        assertThat(node.hasArrived(proposed)).isFalse();
        node.store.releaseAccepts();
    }
}
