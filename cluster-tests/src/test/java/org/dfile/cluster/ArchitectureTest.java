package org.dfile.cluster;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dfile.protocol.WireMessage;
import org.junit.jupiter.api.Test;

/** The table of modules in docs/architecture.md, held. Each module uses only those above it. */
@AnalyzeClasses(
        packages = "org.dfile",
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoJarsOfTests.class})
final class ArchitectureTest {

    /** What a module lends to the tests of others is a test, too. */
    static final class NoJarsOfTests implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    private static final String PEKKO = "org.apache.pekko..";
    private static final String SCALA = "scala..";

    @ArchTest
    static final ArchRule model_knowsOnlyTheJdk = classes()
            .that()
            .resideInAPackage("org.dfile.model..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("org.dfile.model..", "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule store_knowsModelAndRocksDb = noClasses()
            .that()
            .resideInAPackage("org.dfile.store..")
            .should()
            .dependOnClassesThat(inDFileBut("model", "store"))
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage(PEKKO, SCALA, "com.typesafe..");

    @ArchTest
    static final ArchRule replication_knowsModelAlone = classes()
            .that()
            .resideInAPackage("org.dfile.replication..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("org.dfile.replication..", "org.dfile.model..", "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule protocol_knowsModel = noClasses()
            .that()
            .resideInAPackage("org.dfile.protocol..")
            .should()
            .dependOnClassesThat(inDFileBut("model", "protocol"));

    @ArchTest
    static final ArchRule client_knowsProtocol = noClasses()
            .that()
            .resideInAPackage("org.dfile.client..")
            .should()
            .dependOnClassesThat(inDFileBut("model", "protocol", "client"));

    @ArchTest
    static final ArchRule actors_knowAllButClient = noClasses()
            .that()
            .resideInAPackage("org.dfile.actors..")
            .should()
            .dependOnClassesThat(inDFileBut("model", "store", "replication", "protocol", "actors"));

    @ArchTest
    static final ArchRule node_knowsNoClient = noClasses()
            .that()
            .resideInAPackage("org.dfile.node..")
            .should()
            .dependOnClassesThat(inDFileBut("model", "store", "replication", "protocol", "actors", "node"));

    @ArchTest
    static final ArchRule manager_knowsNothingOfNodes = noClasses()
            .that()
            .resideInAPackage("org.dfile.manager..")
            .should()
            .dependOnClassesThat(inDFileBut("model", "protocol", "client", "manager"));

    @ArchTest
    static final ArchRule onlyTheStore_knowsRocksDb = noClasses()
            .that()
            .resideOutsideOfPackage("org.dfile.store..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.rocksdb..");

    @ArchTest
    static final ArchRule core_knowsNoActorsAndNoClock = noClasses()
            .that()
            .resideInAPackage("org.dfile.replication.batch..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(PEKKO, SCALA, "org.dfile.protocol..")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(java.time.Instant.class, "now");

    @ArchTest
    static final ArchRule clientApi_showsNoPekko = noMethods()
            .that()
            .areDeclaredInClassesThat()
            .resideInAPackage("org.dfile.client")
            .and()
            .arePublic()
            .and()
            .areDeclaredInClassesThat()
            .arePublic()
            .should()
            .haveRawReturnType(DescribedPredicate.describe(
                    "a Pekko or Scala type",
                    type -> type.getPackageName().startsWith("org.apache.pekko")
                            || type.getPackageName().startsWith("scala")))
            .orShould()
            .haveRawParameterTypes(DescribedPredicate.describe(
                    "a Pekko or Scala type",
                    types -> types.stream()
                            .anyMatch(type -> type.getPackageName().startsWith("org.apache.pekko")
                                    || type.getPackageName().startsWith("scala"))));

    @ArchTest
    static final ArchRule messages_areRecords = classes()
            .that()
            .implement(WireMessage.class)
            .and()
            .areNotInterfaces()
            .should()
            .beRecords();

    @ArchTest
    static final ArchRule actors_neverWaitForFutures = noClasses()
            .that()
            .resideInAPackage("org.dfile.actors..")
            .should()
            .callMethod(CompletableFuture.class, "join")
            .orShould()
            .callMethod(CompletableFuture.class, "get")
            .orShould()
            .callMethod(CompletableFuture.class, "get", long.class, TimeUnit.class);

    @ArchTest
    static final ArchRule nobody_sleeps = noClasses().should().callMethod(Thread.class, "sleep", long.class);

    @ArchTest
    static final ArchRule noStaticState = com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields()
            .that()
            .areStatic()
            .and()
            .areDeclaredInClassesThat()
            .resideInAPackage("org.dfile..")
            .should()
            .beFinal()
            .orShould()
            .haveModifier(JavaModifier.SYNTHETIC);

    /** A rule over a package that is empty would hold for ever: every module is really there. */
    @Test
    void everyModule_hasItsPackage() {
        for (String module :
                List.of("model", "store", "replication", "protocol", "client", "actors", "node", "manager")) {
            assertThat(ArchitectureTest.class
                            .getClassLoader()
                            .getResource("org/dfile/" + module + "/package-info.class"))
                    .as("package-info of %s", module)
                    .isNotNull();
        }
    }

    private static DescribedPredicate<JavaClass> inDFileBut(String... modules) {
        List<String> allowed = List.of(modules);
        return DescribedPredicate.describe(
                "in DFile outside of " + allowed,
                type -> type.getPackageName().startsWith("org.dfile.")
                        && !allowed.contains(type.getPackageName().split("\\.", -1)[2]));
    }
}
