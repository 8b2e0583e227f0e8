package io.rangefinder.engine.child;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaleFoldersTest {

    /** More than any system numbers its processes by. */
    private static final long NOBODY = 99_999_999_999L;

    @TempDir Path temporary;

    private void folder(String name, Duration age) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve(name).resolve("run"));
        Files.writeString(folder.resolve("inputs"), "1");
        FileTime time = FileTime.from(Instant.now().minus(age));
        Files.setLastModifiedTime(folder.getParent(), time);
    }

    @Test
    void onlyOldFoldersOfEndedProcessesAreRemoved() throws Exception {
        long own = ProcessHandle.current().pid();
        folder("rangefinder-trial-" + NOBODY + "-1", Duration.ofDays(2));
        folder("rangefinder-trial-" + NOBODY + "-2", Duration.ofHours(1));
        folder("rangefinder-trial-" + own + "-3", Duration.ofDays(2));
        folder("rangefinder-mine", Duration.ofDays(2));
        folder("others-" + NOBODY + "-4", Duration.ofDays(2));
        StaleFolders.sweep(temporary);
        try (Stream<Path> left = Files.list(temporary)) {
            assertEquals(
                    Set.of(
                            "others-" + NOBODY + "-4",
                            "rangefinder-trial-" + own + "-3",
                            "rangefinder-trial-" + NOBODY + "-2",
                            "rangefinder-mine"),
                    left.map(f -> f.getFileName().toString()).collect(Collectors.toSet()));
        }
    }

    @Test
    void folderNamesItsProcessAndGoesWithAllThatIsInIt() throws Exception {
        ChildFolder folder = ChildFolder.create("rangefinder-trial");
        assertTrue(
                folder.path()
                        .getFileName()
                        .toString()
                        .contains("-" + ProcessHandle.current().pid() + "-"));
        Files.createDirectory(folder.file("run"));
        folder.close();
        assertFalse(Files.exists(folder.path()));
    }
}
