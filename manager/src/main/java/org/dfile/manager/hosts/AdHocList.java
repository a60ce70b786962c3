package org.dfile.manager.hosts;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dfile.manager.console.CommandException;
import org.dfile.manager.console.ExitCodes;

/** Turns hosts named on the command line, {@code [USER@]HOST[:PORT]}, into the text of a host list file. */
public final class AdHocList {

    private static final Pattern HOST = Pattern.compile(
            "(?:(?<user>[^@:/\\s]+)@)?(?:\\[(?<v6>[0-9a-fA-F:.]+)\\]|(?<name>[^@:/\\s\\[\\]]+))(?::(?<port>[0-9]{1,5}))?");

    private AdHocList() {}

    /**
     * Renders the list. Ids come from the host names; hosts on loopback are local.
     *
     * @throws CommandException for what is no host
     */
    public static String render(List<String> hosts, int port, boolean allowPlainTcp) {
        List<Map<String, Object>> rows = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (String host : hosts) {
            rows.add(row(host, port, ids));
        }
        Map<String, Object> list = new LinkedHashMap<>();
        list.put("cluster", "dfile");
        list.put("allow-plain-tcp", allowPlainTcp);
        list.put("hosts", rows);
        return "# Written by \"dfile up " + String.join(" ", hosts) + "\".\n"
                + ConfigFactory.parseMap(list)
                        .root()
                        .render(ConfigRenderOptions.defaults()
                                .setOriginComments(false)
                                .setJson(false));
    }

    private static Map<String, Object> row(String text, int defaultPort, Set<String> ids) {
        Matcher matcher = HOST.matcher(text);
        if (!matcher.matches()) {
            throw new CommandException(ExitCodes.USAGE, "not a host: \"" + text + "\"; expected [USER@]HOST[:PORT]");
        }
        String name = matcher.group("v6") == null ? matcher.group("name") : matcher.group("v6");
        String portText = matcher.group("port");
        int port = portText == null ? defaultPort : Integer.parseInt(portText);
        Map<String, Object> row = new LinkedHashMap<>();
        String id =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]", "-").replaceAll("^[^a-z0-9]+", "h");
        row.put("id", ids.add(id) ? id : id + "-" + port);
        row.put("address", name);
        row.put("port", port);
        if (Loopback.isLoopback(name)) {
            row.put("local", true);
        }
        if (matcher.group("user") != null) {
            row.put("user", matcher.group("user"));
        }
        return row;
    }
}
