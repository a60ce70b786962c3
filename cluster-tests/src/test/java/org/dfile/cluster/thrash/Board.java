package org.dfile.cluster.thrash;

import java.util.ArrayList;
import java.util.List;

/**
 * The contended files of one kind: some at a time, each of which gives way to a new name when its history is long enough, as
 * long histories cannot be checked.
 */
final class Board {

    private static final int MAX_CALLS = 100;

    private final String prefix;
    private final Scale scale;
    private final List<FileHistory> all = new ArrayList<>();
    private final FileHistory[] current;

    Board(String prefix, Scale scale, int atATime) {
        this.prefix = prefix;
        this.scale = scale;
        this.current = new FileHistory[atATime];
        for (int place = 0; place < atATime; place++) {
            current[place] = next();
        }
    }

    private FileHistory next() {
        FileHistory file = new FileHistory(prefix + "/" + all.size(), scale);
        all.add(file);
        return file;
    }

    synchronized FileHistory pick(int dice) {
        int place = dice % current.length;
        if (current[place].begun() >= MAX_CALLS) {
            current[place] = next();
        }
        return current[place];
    }

    synchronized List<FileHistory> all() {
        return List.copyOf(all);
    }
}
