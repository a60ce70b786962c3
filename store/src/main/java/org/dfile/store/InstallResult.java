package org.dfile.store;

import org.dfile.model.ChainHash;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;

/** What became of a state that was transferred from another replica. */
public sealed interface InstallResult {

    /** It is the committed state now. */
    record Installed(FileState state) implements InstallResult {}

    /** The own committed state is the same or a later one (I19). Nothing was changed. */
    record NotAbove(FileVersion committed) implements InstallResult {}

    /** Another state of the same version is committed here (I18): the file must stop. Nothing was changed. */
    record Diverged(FileVersion version, ChainHash hash) implements InstallResult {}
}
