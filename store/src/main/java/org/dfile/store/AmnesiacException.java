package org.dfile.store;

import org.dfile.model.FileName;

/**
 * What is known of a file beside its bytes is damaged: this replica cannot say what state the file is in, nor that there
 * is no such file (I9). Its state has to come from others.
 */
public final class AmnesiacException extends StoreException {

    private final FileName name;

    public AmnesiacException(FileName name, CorruptDataException cause) {
        super("the record of " + name + " is damaged: " + cause.getMessage(), cause);
        this.name = name;
    }

    public FileName name() {
        return name;
    }
}
