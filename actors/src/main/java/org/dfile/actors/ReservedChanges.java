package org.dfile.actors;

import org.dfile.model.Change;
import org.dfile.model.ReservedNames;
import org.dfile.model.WriteMode;
import org.dfile.protocol.FileRequest;

/**
 * Keeps clients from changing the names that belong to the cluster. The one change that anybody may ask for is to create
 * the file that decides the next host list (I16): it is created once and never changed, and nobody follows a list without
 * the operator's word.
 */
final class ReservedChanges {

    private ReservedChanges() {}

    static boolean refuses(FileRequest request) {
        boolean changes = request instanceof FileRequest.Apply || request instanceof FileRequest.Stage;
        return changes && ReservedNames.isReserved(request.name()) && !decidesNextList(request);
    }

    private static boolean decidesNextList(FileRequest request) {
        return request instanceof FileRequest.Apply apply
                && apply.name().equals(ReservedNames.hostList(apply.list().version() + 1))
                && apply.change() instanceof Change.Replace replace
                && replace.mode() == WriteMode.CREATE_NEW;
    }
}
