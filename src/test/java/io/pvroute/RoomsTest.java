package io.pvroute;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** No room of the house reaches where it must not: routes join them, Java does not. */
@AnalyzeClasses(packages = "io.pvroute", importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {

    private static final String COPYUPSERT = "io.pvroute.copyupsert..";
    private static final String SOLARAPI = "io.pvroute.solarapi..";
    private static final String RUNNER = "io.pvroute.runner..";
    private static final String SIMULATOR = "io.pvroute.simulator..";

    @ArchTest
    static final ArchRule copyupsertKnowsNothingOfFronius =
            noClasses().that().resideInAPackage(COPYUPSERT).should().dependOnClassesThat().resideInAnyPackage(SOLARAPI, RUNNER, SIMULATOR);

    @ArchTest
    static final ArchRule copyupsertNeedsNoMoreThanCamelApiThePostgresDriverAndSlf4j =
            classes().that().resideInAPackage(COPYUPSERT).and().doNotHaveSimpleName("JacksonNodes").should().onlyDependOnClassesThat()
                    .resideInAnyPackage(COPYUPSERT, "java..", "javax.sql..", "org.apache.camel..", "org.postgresql..", "org.slf4j..");

    @ArchTest
    static final ArchRule oneClassOfCopyupsertKnowsTheNodesOfJacksonAndNothingElse =
            classes().that().resideInAPackage(COPYUPSERT).and().haveSimpleName("JacksonNodes").should().onlyDependOnClassesThat()
                    .resideInAnyPackage(COPYUPSERT, "java..", "com.fasterxml.jackson.databind..");

    @ArchTest
    static final ArchRule solarapiKnowsNothingOfPostgres =
            noClasses().that().resideInAPackage(SOLARAPI).should().dependOnClassesThat()
                    .resideInAnyPackage(COPYUPSERT, RUNNER, SIMULATOR, "org.postgresql..");

    @ArchTest
    static final ArchRule simulatorSharesNoMistake =
            noClasses().that().resideInAPackage(SIMULATOR).should().dependOnClassesThat().resideInAnyPackage(COPYUPSERT, SOLARAPI, RUNNER);
}
