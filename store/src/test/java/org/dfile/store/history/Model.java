package org.dfile.store.history;

import java.util.List;
import java.util.TreeMap;
import org.dfile.model.FileName;

/** What a whole store should hold, tombstones included. Names are ASCII, so their order is that of their bytes. */
public final class Model {

    private final TreeMap<String, ModelFile> files = new TreeMap<>();

    public ModelFile file(FileName name) {
        return files.getOrDefault(name.toString(), ModelFile.NONE);
    }

    public void put(FileName name, ModelFile file) {
        if (file == ModelFile.NONE) {
            files.remove(name.toString());
        } else {
            files.put(name.toString(), file);
        }
    }

    List<FileName> names() {
        return files.keySet().stream().map(FileName::of).toList();
    }

    List<FileName> names(String prefix, String after) {
        return files.tailMap(after, false).keySet().stream()
                .filter(name -> name.startsWith(prefix))
                .map(FileName::of)
                .toList();
    }

    long fileCount() {
        return files.values().stream().filter(ModelFile::exists).count();
    }

    long lengthSum() {
        return files.values().stream().mapToLong(ModelFile::length).sum();
    }
}
