package org.dfile.manager.launch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The copy of the distribution on a host. Compared by the SHA-256 of what really lies there, so an upload that was cut
 * off, or a file that somebody changed, is found; only what differs is sent. Files that the distribution no longer has
 * are removed, because nodes run with everything in {@code lib}.
 */
final class RemoteCopy {

    /** For people who look at the host: what should lie there. */
    private static final String MANIFEST = "manifest.sha256";

    private final HostAccess host;
    private final String folder;

    /** @param folder absolute path on the host */
    RemoteCopy(HostAccess host, String folder) {
        this.host = host;
        this.folder = folder;
    }

    /** Makes the copy equal to {@code distribution}. Returns how many files were sent. */
    int update(Distribution distribution, Map<String, String> wanted) throws IOException {
        Map<String, String> there = checksums();
        List<String> missing = wanted.entrySet().stream()
                .filter(file -> !file.getValue().equals(there.get(file.getKey())))
                .map(Map.Entry::getKey)
                .toList();
        for (String file : missing) {
            host.upload(distribution.root().resolve(file), folder + "/" + file);
        }
        remove(there.keySet().stream().filter(file -> !wanted.containsKey(file)).toList());
        if (!missing.isEmpty()) {
            host.write(folder + "/" + MANIFEST, manifest(wanted).getBytes(UTF_8), HostAccess.READABLE);
        }
        return missing.size();
    }

    private Map<String, String> checksums() throws IOException {
        String script = "mkdir -p " + ShellText.quote(folder + "/" + Distribution.LIB) + " && cd "
                + ShellText.quote(folder) + " || exit 1\n"
                + "for file in lib/*.jar *.jar; do [ ! -f \"$file\" ] || sha256sum \"$file\" || exit 1; done\n"
                + "rm -f lib/*.tmp *.tmp";
        HostAccess.Result result = host.run(script);
        if (!result.ok()) {
            throw new IOException(
                    "cannot look at " + folder + ": " + result.output().strip());
        }
        Map<String, String> checksums = new HashMap<>();
        result.output().lines().forEach(line -> {
            String[] words = line.split("  ", 2);
            if (words.length == 2) {
                checksums.put(words[1], words[0]);
            }
        });
        return checksums;
    }

    private void remove(List<String> files) throws IOException {
        if (!files.isEmpty()) {
            HostAccess.Result result = host.run(
                    "cd " + ShellText.quote(folder) + " && rm -f " + ShellText.words(files.toArray(new String[0])));
            if (!result.ok()) {
                throw new IOException("cannot remove old files in " + folder + ": "
                        + result.output().strip());
            }
        }
    }

    private static String manifest(Map<String, String> files) {
        StringBuilder text = new StringBuilder();
        files.forEach(
                (file, sha256) -> text.append(sha256).append("  ").append(file).append('\n'));
        return text.toString();
    }
}
