package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DatabaseOutageTest {

    private final DatabaseOutage outage = new DatabaseOutage();

    @Test
    void aDatabaseThatIsAwayIsToldOnceUntilAnyStatementWorks() {
        assertThat(outage.begins("NONE")).isTrue();
        assertThat(outage.begins("NONE")).isFalse();
        assertThat(outage.beginsForReading("NONE")).isFalse();

        assertThat(outage.answers()).isTrue();
        assertThat(outage.answers()).isFalse();
        assertThat(outage.begins("NONE")).isTrue();
    }

    @Test
    void aDatabaseThatDoesNotStoreIsOutUntilItDoes() {
        assertThat(outage.begins("NONE")).isTrue();
        assertThat(outage.begins("DATABASE")).as("another one").isTrue();
        assertThat(outage.begins("NONE")).isFalse();

        assertThat(outage.answers()).isFalse();
        assertThat(outage.stores()).isTrue();
        assertThat(outage.stores()).isFalse();
    }

    @Test
    void aReadingThatIsStoredEndsWhatAReadingBeganAndNothingElse() {
        assertThat(outage.beginsForReading("DATABASE")).isTrue();
        assertThat(outage.storesReading()).isTrue();
        assertThat(outage.storesReading()).isFalse();

        assertThat(outage.beginsForReading("DATABASE")).isTrue();
        assertThat(outage.begins("DATABASE")).as("the archive, too").isFalse();
        assertThat(outage.storesReading()).isFalse();
        assertThat(outage.stores()).isTrue();
    }
}
