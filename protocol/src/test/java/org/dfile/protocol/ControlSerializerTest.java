package org.dfile.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlSerializerTest {

    private static final ObjectMapper CBOR = new ObjectMapper(new CBORFactory());

    private static Wire wire;

    @BeforeAll
    static void start() {
        wire = new Wire();
    }

    @AfterAll
    static void stop() {
        wire.close();
    }

    private static ObjectNode tree(String sample) throws IOException {
        return (ObjectNode) CBOR.readTree(wire.encode(message(sample)).bytes().array());
    }

    private static WireMessage message(String sample) {
        return wire.sample(sample);
    }

    private static Object decode(String sample, JsonNode tree) throws IOException {
        return wire.control()
                .fromBinary(
                        CBOR.writeValueAsBytes(tree),
                        wire.encode(message(sample)).manifest());
    }

    @Test
    void unknownComponent_ofANewerSender_isIgnored() throws IOException {
        ObjectNode tree = tree("Read");
        tree.put("priority", 7).putObject("trace").put("id", "x");

        assertThat(decode("Read", tree)).isEqualTo(message("Read"));
    }

    @Test
    void missingNumber_ofAnOlderSender_isZero() throws IOException {
        ObjectNode tree = tree("Read");
        tree.remove("generation");

        FileRequest.Read read = (FileRequest.Read) decode("Read", tree);

        assertThat(read.generation()).isZero();
    }

    /** Whatever else changes, a build of any version must be able to ask who is there, and to be told. */
    @Test
    void firstWords_haveTheSameFormForEver() throws IOException {
        assertThat(wire.encode(message("Hello")).manifest()).isEqualTo("ah");
        assertThat(tree("Hello").fieldNames()).toIterable().containsExactly("clientVersion", "protocol", "replyTo");
        assertThat(wire.encode(message("GetStatus")).manifest()).isEqualTo("as");
        assertThat(tree("GetStatus").fieldNames()).toIterable().containsExactly("protocol", "replyTo");
        assertThat(wire.encode(message("Kill")).manifest()).isEqualTo("ak");
        assertThat(tree("Kill").fieldNames()).toIterable().containsExactly("token", "replyTo");
        assertThat(wire.encode(message("AdminFailed")).manifest()).isEqualTo("AF");
        assertThat(tree("AdminFailed").fieldNames()).toIterable().containsExactly("failure");
        assertThat(tree("Failed OtherProtocol").get("failure").fieldNames())
                .toIterable()
                .containsExactly("kind", "host", "version", "protocol", "offered");
    }

    @Test
    void hello_ofABuildBeforeThereWereVersions_isOfProtocolZero() throws IOException {
        ObjectNode tree = tree("Hello");
        tree.remove("protocol");

        assertThat(((AdminRequest.Hello) decode("Hello", tree)).protocol()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "Read, name, ../x", "Read, name, ''", "Read, offset, -1", "Read, byteCount, 2000000", "Read, byteCount, x",
        "Read, name,", "Read, replyTo,", "ListRequest, limit, 0", "ListRequest, prefix,", "Staged, stage, 17",
        "Status, status, x", "Welcome, host, N 1", "Welcome, list,", "NodeStatus, state, SLEEPY",
                "Failed Busy, failure,"
    })
    void badComponent_isADecodeExceptionThatNamesTheMessage(String sample, String key, String value)
            throws IOException {
        ObjectNode tree = tree(sample);
        tree.put(key, value);

        assertThatThrownBy(() -> decode(sample, tree))
                .isInstanceOf(DecodeException.class)
                .hasMessageStartingWith("control message ");
    }

    @ParameterizedTest
    @CsvSource({"java.util.ArrayList", "org.dfile.model.Failure$Busy", "Bzzt", "''"})
    void failureOfUnknownKind_isADecodeException(String kind) throws IOException {
        ObjectNode tree = tree("Failed Busy");
        ((ObjectNode) tree.get("failure")).put("kind", kind);

        assertThatThrownBy(() -> decode("Failed Busy", tree)).isInstanceOf(DecodeException.class);
    }

    @Test
    void failure_onTheWire_hasNoMessageProperty() throws IOException {
        assertThat(tree("Failed Busy").get("failure").fieldNames())
                .toIterable()
                .containsExactly("kind", "what", "limit");
    }

    @Test
    void kill_inText_hidesTheToken() {
        assertThat(message("Kill").toString()).doesNotContain("a token");
        assertThat(message("StartScrub").toString()).doesNotContain("a token");
    }

    @Test
    void manifest_ofSomethingElse_isRefused() {
        assertThatThrownBy(() -> wire.control().manifest("text")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> wire.bulk().manifest("text")).isInstanceOf(IllegalArgumentException.class);
    }
}
