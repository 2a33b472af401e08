package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.sql.DriverManager;

import org.junit.jupiter.api.Test;

class ReadingsApplicationTest {

    @Test
    void whatIsNewIsInsertedWhatDiffersIsCorrectedAndTheSameIsLeftAlone() throws Exception {
        // when
        ReadingsApplication.main(new String[0]);

        // then
        try (var database = DriverManager.getConnection(System.getProperty("jdbc.url"));
                var readings = database.createStatement().executeQuery("SELECT string_agg(watts::text, ' ' ORDER BY ts) FROM reading")) {
            readings.next();
            assertEquals("1.5 3.5 4.5", readings.getString(1));
        }
    }
}
