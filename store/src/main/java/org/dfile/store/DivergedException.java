package org.dfile.store;

import org.dfile.model.FileName;

/** Two committed states of one version of the file were seen (I18): it is neither read nor changed any more. */
public final class DivergedException extends StoreException {

    private final FileName name;

    public DivergedException(FileName name) {
        super(name + " has stopped: two different states of one version were committed");
        this.name = name;
    }

    public FileName name() {
        return name;
    }
}
