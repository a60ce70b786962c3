package org.dfile.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostListTest {

    private static final ClusterId CLUSTER = ClusterId.of("00000000-0000-0001-0000-000000000001");
    private static final Host N1 = host("n1", "h", 1, 1);
    private static final Host N2 = host("n2", "h", 2, 2);

    private static Host host(String id, String address, int port, long volume) {
        return new Host(new HostId(id), new HostAddress(address, port), new VolumeId(new UUID(0, volume)));
    }

    private static HostList list(Host... hosts) {
        return new HostList(CLUSTER, 1, 1, List.of(hosts));
    }

    @Test
    void host_byId_isFound() {
        assertThat(list(N1, N2).host(new HostId("n2"))).contains(N2);
        assertThat(list(N1, N2).host(new HostId("n3"))).isEmpty();
    }

    @Test
    void idAddressOrVolumeTwice_isRefused() {
        for (Host twin : List.of(host("n1", "h", 9, 9), host("n9", "h", 1, 9), host("n9", "h", 9, 1))) {
            assertThatThrownBy(() -> list(N1, twin))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("twice")
                    .hasMessageContaining(twin.toString());
        }
    }

    @Test
    void numberOfHosts_isLimited() {
        List<Host> most = IntStream.rangeClosed(1, HostList.MAX_HOSTS)
                .mapToObj(i -> host("n" + i, "h", i, i))
                .toList();
        List<Host> tooMany = new ArrayList<>(most);
        tooMany.add(host("more", "h", 9_999, 9_999));

        assertThat(new HostList(CLUSTER, 1, 1, most).hosts()).hasSize(1_024);
        assertThatThrownBy(() -> new HostList(CLUSTER, 1, 1, tooMany)).hasMessageContaining("not 1025");
        assertThatThrownBy(() -> list()).hasMessageContaining("not 0");
    }

    @ParameterizedTest
    @CsvSource({"0, 1, version 0", "-1, 1, version -1", "1, 0, 0 replicas", "1, 3, 3 replicas on 2 hosts"})
    void versionOrReplicasOutOfRange_isRefused(long version, int replicas, String message) {
        assertThatThrownBy(() -> new HostList(CLUSTER, version, replicas, List.of(N1, N2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void hosts_changedByTheirCaller_leaveTheListAlone() {
        List<Host> hosts = new ArrayList<>(List.of(N1));
        HostList list = new HostList(CLUSTER, 1, 1, hosts);
        hosts.clear();

        assertThat(list.hosts()).containsExactly(N1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"n1", "0", "a.b_c-d"})
    void hostId_good_isKept(String text) {
        assertThat(new HostId(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "N1", "-a", ".a", "a b", "ä", "a/b"})
    void hostId_bad_isRefused(String text) {
        assertThatThrownBy(() -> new HostId(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("not a host id: \"" + text + "\"");
    }

    @Test
    void hostId_length_isLimited() {
        assertThat(new HostId("h".repeat(63)).text()).hasSize(63);
        assertThatThrownBy(() -> new HostId("h".repeat(64))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hostId_order_isThatOfText() {
        assertThat(new HostId("a")).isLessThan(new HostId("b"));
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 1, 127.0.0.1:1", "::1, 65535, [::1]:65535", "node.example, 7401, node.example:7401"})
    void address_good_isShownAsItIsDialled(String host, int port, String text) {
        assertThat(new HostAddress(host, port)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({"'', 1", "' ', 1", "a@b, 1", "a/b, 1", "h, 0", "h, -1", "h, 65536"})
    void address_bad_isRefused(String host, int port) {
        assertThatThrownBy(() -> new HostAddress(host, port)).isInstanceOf(IllegalArgumentException.class);
    }
}
