package org.dfile.protocol;

import org.dfile.model.Ballot;
import org.dfile.model.ChainHash;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.dfile.model.replica.StateId;

/**
 * The texts that stand for what replicas number their rounds and states with: a life is {@code LIST.BOOT}, a ballot {@code
 * ROUND/HOST/LIFE}, a state {@code GENERATION.SEQ#HASH}. What is not of that form is an {@link IllegalArgumentException}.
 */
final class ReplicaTexts {

    private ReplicaTexts() {}

    static String of(Life life) {
        return life.listVersion() + "." + life.bootCount();
    }

    static Life life(String text) {
        int dot = separator(text, '.', 0);
        return new Life(Long.parseLong(text.substring(0, dot)), Long.parseLong(text.substring(dot + 1)));
    }

    static String of(Ballot ballot) {
        return ballot.round() + "/" + ballot.host().text() + "/" + of(ballot.life());
    }

    static Ballot ballot(String text) {
        int first = separator(text, '/', 0);
        int second = separator(text, '/', first + 1);
        return new Ballot(
                Long.parseLong(text.substring(0, first)),
                new HostId(text.substring(first + 1, second)),
                life(text.substring(second + 1)));
    }

    static String of(StateId id) {
        return id.version().generation() + "." + id.version().seq() + "#"
                + id.hash().hex();
    }

    static StateId stateId(String text) {
        int dot = separator(text, '.', 0);
        int hash = separator(text, '#', dot);
        return new StateId(
                new FileVersion(Long.parseLong(text.substring(0, dot)), Long.parseLong(text.substring(dot + 1, hash))),
                hash(text.substring(hash + 1)));
    }

    /** Hashes are compared as texts, so there is one text for each. */
    private static ChainHash hash(String hex) {
        ChainHash hash = new ChainHash(hex);
        if (!ChainHash.of(hash.bytes()).equals(hash)) {
            throw new IllegalArgumentException("a hash in another form: " + hex);
        }
        return hash;
    }

    private static int separator(String text, char separator, int from) {
        int at = text.indexOf(separator, from);
        if (at < 0) {
            throw new IllegalArgumentException("no '" + separator + "' in \"" + text + "\"");
        }
        return at;
    }
}
