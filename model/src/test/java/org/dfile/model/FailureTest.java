package org.dfile.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every failure, found by itself, says in its message all it knows, so that a reader can act. */
class FailureTest {

    private static final FileName NAME = FileName.of("the/name");
    private static final HostId HOST = new HostId("the-host");
    private static final HostAddress ADDRESS = new HostAddress("the.address", 7_401);
    private static final ClusterId CLUSTER = new ClusterId(new UUID(1, 2));
    private static final VolumeId VOLUME = new VolumeId(new UUID(3, 4));

    /** A value for each type of component, and how a message shows it. */
    private static final Map<Class<?>, Map.Entry<Object, String>> VALUES = Map.ofEntries(
            entry(FileName.class, NAME, "the/name"),
            entry(HostId.class, HOST, "the-host"),
            entry(HostAddress.class, ADDRESS, "the.address:7401"),
            entry(ClusterId.class, CLUSTER, CLUSTER.toString()),
            entry(VolumeId.class, VOLUME, VOLUME.toString()),
            entry(StageId.class, new StageId(new UUID(5, 6)), "sent ahead"),
            entry(HostList.class, new HostList(CLUSTER, 4_711, 1, List.of(new Host(HOST, ADDRESS, VOLUME))), "4711"),
            entry(Duration.class, Duration.ofMillis(1_234), "1234 ms"),
            entry(Failure.class, new Failure.ShuttingDown(HOST), "the-host is shutting down"),
            entry(FileVersion.class, new FileVersion(3, 1_414), "3.1414"),
            entry(String.class, "the text", "the text"),
            entry(long.class, 1_234_567L, "1234567"),
            entry(int.class, 89, "89"));

    /** What a message does not show, because it helps programs and not people. */
    private static final Set<String> NOT_SHOWN = Set.of("SessionLost.version");

    private static Map.Entry<Class<?>, Map.Entry<Object, String>> entry(Class<?> type, Object value, String shown) {
        return Map.entry(type, Map.entry(value, shown));
    }

    private static Map.Entry<Object, String> value(Class<?> type) {
        return Objects.requireNonNull(VALUES.get(type), () -> "no value for a component of " + type);
    }

    private static Stream<Class<?>> leaves(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(FailureTest::leaves)
                : Stream.of(type);
    }

    @TestFactory
    Stream<DynamicTest> message_showsEveryComponent() {
        return leaves(Failure.class)
                .map(type -> DynamicTest.dynamicTest(type.getSimpleName(), () -> checkMessage(type)));
    }

    private static void checkMessage(Class<?> type) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        assertThat(components).isNotEmpty();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Constructor<?> constructor = type.getDeclaredConstructor(types);
        Failure failure = (Failure) constructor.newInstance(
                Arrays.stream(types).map(t -> value(t).getKey()).toArray());

        for (RecordComponent component : components) {
            if (!NOT_SHOWN.contains(type.getSimpleName() + "." + component.getName())) {
                assertThat(failure.message())
                        .as("component %s", component.getName())
                        .contains(value(component.getType()).getValue());
            }
        }
        assertThat(failure.message()).doesNotContain("[", "null");
    }
}
