package io.pvroute;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/**
 * The clocks of the runners are not trusted: any number of them share a database, and some are wrong. What is decided or written goes by
 * {@code now()} of the database. So no clock of a computer is asked by what makes rows, stores them or keeps the book; {@code nanoTime} is no
 * clock, it only measures.
 */
@AnalyzeClasses(packages = "io.pvroute", importOptions = ImportOption.DoNotIncludeTests.class)
class ClocksTest {

    private static final List<String> CLOCKS = List.of("java.time.Clock.system", "java.lang.System.currentTimeMillis", "java.util.Date.<init>()",
            "java.util.Calendar.getInstance", "java.time.Instant.now", "java.time.LocalDate.now", "java.time.LocalTime.now",
            "java.time.LocalDateTime.now", "java.time.ZonedDateTime.now", "java.time.OffsetDateTime.now", "java.time.Year.now");

    /** What {@code check} tells: by how much the clocks of logger, database and computer differ. */
    private static final Set<String> LOOKS_AT_CLOCKS = Set.of("LoggerInquiry", "SiteCheck", "PresentCheck", "DatabaseCheck");
    /** What a person says at this computer: {@code 365d} ago; and the demo, where the sun shines now. */
    private static final Set<String> MOMENTS_OF_A_PERSON = Set.of("Settings", "PvrouteListener", "MomentConverter", "BackfillCommand", "DemoCommand", "SimulateCommand");

    @ArchTest
    static final ArchRule noClockIsAskedByWhatMakesRowsOrStoresThem = noClasses().that()
            .resideInAnyPackage("io.pvroute.solarapi..", "io.pvroute.copyupsert..").and(areNotOf(LOOKS_AT_CLOCKS)).should().accessTargetWhere(isAClock());

    @ArchTest
    static final ArchRule noClockIsAskedByTheRunner = noClasses().that().resideInAPackage("io.pvroute.runner..")
            .and(areNotOf(LOOKS_AT_CLOCKS)).and(areNotOf(MOMENTS_OF_A_PERSON)).should().accessTargetWhere(isAClock());

    /** The rules above can fail. */
    @ArchTest
    static final ArchRule aClockIsSeenWhereOneIsAsked = classes().that().haveFullyQualifiedName("io.pvroute.runner.Settings").should().accessTargetWhere(isAClock());

    @Test
    void noRouteAndNoStatementIsGivenTheTimeOfTheRunner() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("routes"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file)).as(file.toString()).doesNotContain("${date:").doesNotContain("CamelTimerFiredTime")
                        .doesNotContain("exchangeProperty.CamelCreatedTimestamp");
            }
        }
    }

    private static DescribedPredicate<JavaClass> areNotOf(Set<String> names) {
        return DescribedPredicate.describe("are not of " + names, type -> !names.contains(type.getSimpleName()));
    }

    private static DescribedPredicate<JavaAccess<?>> isAClock() {
        return DescribedPredicate.describe("is a clock of the computer", access -> {
            AccessTarget target = access.getTarget();
            return CLOCKS.stream().anyMatch(target.getFullName()::startsWith);
        });
    }
}
