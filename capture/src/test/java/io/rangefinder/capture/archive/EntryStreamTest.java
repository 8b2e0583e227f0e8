package io.rangefinder.capture.archive;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntryStreamTest {

    /** Where the method of packing is, from a header's signature on. */
    private static final int LOCAL_METHOD = 8;

    private static final int CENTRAL_METHOD = 10;

    private static final int SHRUNK = 1;

    @TempDir Path folder;

    /** In 9 bits each, code 256, behind which only 1 and 2 mean something, and 128. */
    @Test
    void whatNoMethodUnpacksIsSaidOfTheFile() throws Exception {
        byte[] zip = stored(new byte[] {0, 1, 1, 0, 0, 0, 0, 0});
        zip[LOCAL_METHOD] = SHRUNK;
        zip[centralHeader(zip) + CENTRAL_METHOD] = SHRUNK;
        Path file = Files.write(folder.resolve("shrunk.pt"), zip);
        try (ZipFile opened = ZipFile.builder().setPath(file).get();
                InputStream in = EntryStream.open(file, opened, opened.getEntry("data.pkl"))) {
            ZipException refused = assertThrows(ZipException.class, in::readAllBytes);
            assertTrue(refused.getMessage().contains("shrunk.pt is damaged: data.pkl"));
        }
    }

    private static byte[] stored(byte[] data) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            ZipEntry entry = new ZipEntry("data.pkl");
            CRC32 crc = new CRC32();
            crc.update(data);
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(data.length);
            entry.setCrc(crc.getValue());
            out.putNextEntry(entry);
            out.write(data);
        }
        return bytes.toByteArray();
    }

    private static int centralHeader(byte[] zip) {
        int at = 0;
        while (zip[at] != 'P' || zip[at + 1] != 'K' || zip[at + 2] != 1 || zip[at + 3] != 2) {
            at++;
        }
        return at;
    }
}
