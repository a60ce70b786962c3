package org.dfile.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.SlotMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every message, found by itself, comes back equal from its serializer. */
class MessageRoundTripTest {

    private static Wire here;
    private static Wire there;

    @BeforeAll
    static void start() {
        here = new Wire();
        there = new Wire();
    }

    @AfterAll
    static void stop() {
        here.close();
        there.close();
    }

    @Test
    void samples_ofMessagesChangesAndFailures_areComplete() {
        assertThat(classesOf(here.samples().values().stream()))
                .containsExactlyInAnyOrderElementsOf(messageClassNames());
        assertThat(classesOf(Samples.changes().values().stream()))
                .containsExactlyInAnyOrderElementsOf(
                        leaves(Change.class).map(Class::getName).collect(Collectors.toSet()));
        assertThat(classesOf(Samples.failures().values().stream()))
                .containsExactlyInAnyOrderElementsOf(
                        leaves(Failure.class).map(Class::getName).collect(Collectors.toSet()));
    }

    @Test
    void samples_ofMessagesInsideOthers_areComplete() {
        assertThat(classesOf(PeerSamples.fileMessages().values().stream()))
                .containsExactlyInAnyOrderElementsOf(namesOf(leavesButAccept()));
        assertThat(classesOf(PeerSamples.slotMessages().values().stream()))
                .containsExactlyInAnyOrderElementsOf(namesOf(leaves(SlotMessage.class)));
    }

    /** An Accept travels with its batch. */
    private static Stream<Class<?>> leavesButAccept() {
        return leaves(FileMessage.class).filter(type -> type != FileMessage.Accept.class);
    }

    private static Set<String> namesOf(Stream<Class<?>> types) {
        return types.map(Class::getName).collect(Collectors.toSet());
    }

    @Test
    void tables_ofNamesOnTheWire_areComplete() {
        assertThat(ModelModule.FILE_MESSAGES.values().stream().map(Class::getName))
                .containsExactlyInAnyOrderElementsOf(namesOf(leavesButAccept()));
        assertThat(ModelModule.SLOT_MESSAGES.values().stream().map(Class::getName))
                .containsExactlyInAnyOrderElementsOf(namesOf(leaves(SlotMessage.class)));
        assertThat(ModelModule.FAILURES.values().stream().map(Class::getName))
                .containsExactlyInAnyOrderElementsOf(
                        leaves(Failure.class).map(Class::getName).toList());
        assertThat(ControlSerializer.MESSAGES.values().stream().map(Class::getName))
                .containsExactlyInAnyOrderElementsOf(here.samples().values().stream()
                        .filter(ControlMessage.class::isInstance)
                        .map(message -> message.getClass().getName())
                        .collect(Collectors.toSet()));
    }

    @TestFactory
    Stream<DynamicTest> message_toAnotherSystem_arrivesEqual() {
        return here.samples().entrySet().stream()
                .map(sample -> DynamicTest.dynamicTest(
                        sample.getKey(),
                        () -> assertThat(there.decode(here.encode(sample.getValue())))
                                .isEqualTo(sample.getValue())));
    }

    @TestFactory
    Stream<DynamicTest> bulkMessage_inTheBufferOfAConnection_isTheSameFrame() {
        return here.samples().entrySet().stream()
                .filter(sample -> sample.getValue() instanceof BulkMessage)
                .map(sample -> DynamicTest.dynamicTest(sample.getKey(), () -> checkBuffer(sample.getValue())));
    }

    /** Artery's buffers are direct, little-endian, and hold an envelope before the message. */
    private static void checkBuffer(WireMessage message) throws Exception {
        BulkSerializer serializer = here.bulk();
        ByteBuffer buffer = ByteBuffer.allocateDirect(20_000).order(ByteOrder.LITTLE_ENDIAN);
        buffer.position(123);
        serializer.toBinary(message, buffer);
        buffer.flip().position(123);
        byte[] written = new byte[buffer.remaining()];
        buffer.duplicate().get(written);

        assertThat(buffer.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assertThat(written).isEqualTo(serializer.toBinary(message));

        Object read = serializer.fromBinary(buffer, serializer.manifest(message));
        for (int i = 0; i < buffer.limit(); i++) {
            buffer.put(i, (byte) 0x55); // the connection uses its buffer again
        }
        assertThat(read).isEqualTo(message);
    }

    private static Set<String> classesOf(Stream<?> values) {
        return values.map(value -> value.getClass().getName()).collect(Collectors.toSet());
    }

    private static Set<String> messageClassNames() {
        return new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackagesOf(WireMessage.class)
                        .stream()
                        .filter(type -> type.isAssignableTo(WireMessage.class) && !type.isInterface())
                        .map(JavaClass::getName)
                        .collect(Collectors.toSet());
    }

    private static Stream<Class<?>> leaves(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses())
                        .flatMap(MessageRoundTripTest::leaves)
                        .distinct()
                : Stream.of(type);
    }
}
