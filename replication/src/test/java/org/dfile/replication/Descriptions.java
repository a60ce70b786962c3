package org.dfile.replication;

import java.util.ArrayList;
import java.util.List;

/** What a machine holds, for the messages of tests elsewhere. */
public final class Descriptions {

    private Descriptions() {}

    public static String of(SlotCore slot) {
        List<Object> parts = new ArrayList<>();
        slot.describe(part -> parts.add(String.valueOf(part)));
        return parts.toString();
    }

    public static String of(FileCore file) {
        List<Object> parts = new ArrayList<>();
        file.describe(part -> parts.add(String.valueOf(part)));
        return parts.toString();
    }
}
