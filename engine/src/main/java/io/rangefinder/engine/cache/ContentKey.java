package io.rangefinder.engine.cache;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A name for what is made of certain contents: the SHA-256 of them all, in order. Not safe for use
 * from several threads.
 */
public final class ContentKey {

    private final MessageDigest sha256;

    /** Starts with nothing. */
    public ContentKey() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /**
     * Adds a text, and its end, so that no two different lists of texts run together.
     *
     * @param text the text, without a character 0
     * @return this key
     */
    public ContentKey add(String text) {
        sha256.update(text.getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) 0);
        return this;
    }

    /**
     * Adds bytes, as if they were read from a file.
     *
     * @param bytes the bytes
     * @return this key
     */
    public ContentKey add(byte[] bytes) {
        sha256.update(bytes);
        sha256.update((byte) 0);
        return this;
    }

    /**
     * Adds a file's content.
     *
     * @param file the file
     * @return this key
     * @throws IOException if it can't be read
     */
    public ContentKey add(Path file) throws IOException {
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
            byte[] buffer = new byte[1 << 16];
            int read = 0;
            while (read >= 0) {
                read = in.read(buffer);
            }
        }
        sha256.update((byte) 0);
        return this;
    }

    /**
     * Adds all of a record: each component by its name, and what is in it. So a component that is
     * added to the record is in the key, too.
     *
     * @param value a record of texts, numbers, flags, constants, files, instants, shapes, records,
     *     and optionals, lists, sets and maps of these; sets and maps count the same in any order
     * @return this key
     * @throws IllegalArgumentException if something of another type is in it, which may not have a
     *     text of its own
     */
    public ContentKey add(Record value) {
        return add(RecordText.of(value));
    }

    /**
     * The key, after which nothing may be added.
     *
     * @return 64 hex digits
     */
    public String hex() {
        return HexFormat.of().formatHex(sha256.digest());
    }
}
