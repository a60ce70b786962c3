package org.dfile.actors.operator;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.dfile.model.FileName;
import org.dfile.model.HostList;
import org.dfile.model.Limits;
import org.dfile.model.ReservedNames;
import org.dfile.protocol.HostListException;
import org.dfile.protocol.HostListFile;
import org.dfile.store.LocalStore;
import org.dfile.store.ReadResult;
import org.dfile.store.StoreException;

/** Which host lists were decided, as far as this host keeps the files that say so (I16). Blocks for the disk. */
public final class DecidedLists {

    private final LocalStore store;

    public DecidedLists(LocalStore store) {
        this.store = store;
    }

    /** Whether this host's own copy of the deciding file says that another list has the version. */
    boolean contradicts(HostList list) {
        return decided(list.version()).filter(decided -> !decided.equals(list)).isPresent();
    }

    /** Empty if this host does not hold the file, or cannot read it: then others have to know. */
    private Optional<HostList> decided(long version) {
        FileName name = ReservedNames.hostList(version);
        try {
            ReadResult read = store.read(name, 0, Limits.MAX_CHUNK_BYTES);
            return read.exists() && read.bytes().byteCount() == read.length()
                    ? Optional.of(HostListFile.parse(text(read), name.toString()))
                    : Optional.empty();
        } catch (StoreException | HostListException e) {
            return Optional.empty();
        }
    }

    private static String text(ReadResult read) {
        return StandardCharsets.UTF_8.decode(read.bytes().buffer()).toString();
    }
}
