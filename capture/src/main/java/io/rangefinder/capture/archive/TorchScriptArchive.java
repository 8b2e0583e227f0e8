package io.rangefinder.capture.archive;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.torchscript.SourceFile;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * An open TorchScript archive: {@code ROOT/code/**.py}, {@code ROOT/data.pkl}, {@code
 * ROOT/constants.pkl}, {@code ROOT/data/N}. Not safe for use from several threads.
 */
public final class TorchScriptArchive implements Closeable {

    /** The largest code file that is read, in bytes. */
    public static final int MAX_CODE_FILE = 16 << 20;

    /** The largest code that is read in all, in bytes. */
    public static final int MAX_CODE = 32 << 20;

    private static final int MAX_PICKLE = 64 << 20;

    private static final int MAX_ENTRIES = 1 << 16;

    private final Path file;
    private final ZipFile zip;
    private final String root;
    private final Map<String, ZipArchiveEntry> entries;

    private TorchScriptArchive(
            Path file, ZipFile zip, String root, Map<String, ZipArchiveEntry> entries) {
        this.file = file;
        this.zip = zip;
        this.root = root;
        this.entries = entries;
    }

    /**
     * Opens an archive and checks its table of contents.
     *
     * @param file a {@code .pt} file
     * @return the open archive
     * @throws InvalidArchiveException if it is something else: not a zip, cut short, an eager
     *     checkpoint, a {@code .pt2}; or if an entry's name climbs out of the archive
     * @throws FileNotFoundException if there is no such file
     * @throws IOException if it can't be read
     */
    public static TorchScriptArchive open(Path file) throws IOException, InvalidArchiveException {
        if (!Files.isRegularFile(file)) {
            throw new FileNotFoundException(
                    file
                            + (Files.exists(file) ? " is not a file" : " does not exist")
                            + "; name a TorchScript archive");
        }
        FileKind.requireZip(file);
        ZipFile zip;
        try {
            zip = ZipFile.builder().setPath(file).get();
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidArchiveException(
                    file
                            + " is cut short or damaged: its zip directory can't be read ("
                            + e.getMessage()
                            + "); copy it again",
                    e);
        }
        try {
            return checked(file, zip);
        } catch (IOException | MalformedModelException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    private static TorchScriptArchive checked(Path file, ZipFile zip)
            throws IOException, InvalidArchiveException {
        Map<String, ZipArchiveEntry> entries = new LinkedHashMap<>();
        String root = null;
        for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
            String name = entry.getName();
            checkName(file, name);
            if (entries.size() >= MAX_ENTRIES) {
                throw new InvalidArchiveException(
                        file + " has more than " + MAX_ENTRIES + " entries; it is no model");
            }
            int slash = name.indexOf('/');
            String folder = slash < 0 ? "" : name.substring(0, slash);
            if (root == null) {
                root = folder;
            }
            if (entries.put(name, entry) != null) {
                throw new InvalidArchiveException(
                        file + " holds two entries named " + name + "; do not trust this file");
            }
        }
        if (root == null) {
            throw new InvalidArchiveException(file + " is an empty zip, not a TorchScript archive");
        }
        FileKind.requireTorchScript(file, root, entries.keySet());
        return new TorchScriptArchive(file, zip, root + "/", entries);
    }

    private static void checkName(Path file, String name) throws InvalidArchiveException {
        boolean climbs =
                name.startsWith("/")
                        || name.indexOf('\\') >= 0
                        || name.indexOf('\0') >= 0
                        || name.matches("(?s)[A-Za-z]:.*")
                        || List.of(name.split("/", -1)).contains("..");
        if (climbs) {
            throw new InvalidArchiveException(
                    file
                            + " holds an entry named \""
                            + name
                            + "\", which points outside the archive; do not trust this file");
        }
    }

    /**
     * The file that was opened.
     *
     * @return its path
     */
    public Path file() {
        return file;
    }

    /**
     * The digest of the whole file, which names the model in range files.
     *
     * @return {@code sha256:} and 64 hex digits
     * @throws IOException if the file can't be read
     */
    public String digest() throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            try (InputStream digesting = new DigestInputStream(in, sha256)) {
                byte[] buffer = new byte[1 << 16];
                int read = 0;
                while (read >= 0) {
                    read = digesting.read(buffer);
                }
            }
            return "sha256:" + HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /**
     * Reads code and modules.
     *
     * @return the program
     * @throws MalformedModelException if the code is not TorchScript's, or the pickle is not
     * @throws IOException if the file can't be read
     */
    public TorchScriptProgram program() throws IOException, MalformedModelException {
        Map<String, SourceFile> files = new TreeMap<>();
        String code = root + "code/";
        int budget = MAX_CODE;
        for (ZipArchiveEntry entry : entries.values()) {
            String name = entry.getName();
            if (name.startsWith(code) && name.endsWith(".py")) {
                byte[] bytes = read(entry, Math.min(MAX_CODE_FILE, budget));
                budget -= bytes.length;
                String qualifier =
                        name.substring(code.length(), name.length() - 3).replace('/', '.');
                files.put(qualifier, SourceFile.parse(file + ": " + name, text(name, bytes)));
            }
        }
        Object object = pickle("data");
        if (!(object instanceof ScriptObject module)) {
            throw new InvalidArchiveException(
                    file + " holds no module: " + root + "data.pkl is something else");
        }
        Object constants =
                entries.containsKey(root + "constants.pkl") ? pickle("constants") : new Object[0];
        if (!(constants instanceof Object[] values)) {
            throw new InvalidArchiveException(
                    file + ": " + root + "constants.pkl is not a tuple; save the model again");
        }
        return new TorchScriptProgram(
                module, Collections.unmodifiableList(Arrays.asList(values)), files);
    }

    private Object pickle(String name) throws IOException, InvalidArchiveException {
        String entry = root + name + ".pkl";
        return ScriptUnpickler.read(
                file + ": " + entry, read(entries.get(entry), MAX_PICKLE), name);
    }

    /**
     * Opens a storage.
     *
     * @param key the entry that holds it, as tensors of this archive name it
     * @return the storage's bytes from its first element, little-endian; to be closed
     * @throws InvalidArchiveException if the archive lacks it, or holds numbers of the other byte
     *     order
     * @throws IOException if the file can't be read
     */
    public InputStream storage(String key) throws IOException, InvalidArchiveException {
        ZipArchiveEntry entry = entries.get(root + key);
        if (entry == null) {
            throw new InvalidArchiveException(
                    file + " lacks " + root + key + ", which holds weights; copy it again");
        }
        ZipArchiveEntry order = entries.get(root + "byteorder");
        if (order != null && new String(read(order, 16), StandardCharsets.UTF_8).equals("big")) {
            throw new InvalidArchiveException(
                    file + " was saved on a big-endian machine; save it on a little-endian one");
        }
        return EntryStream.open(file, zip, entry);
    }

    /**
     * How many bytes of the file a storage takes.
     *
     * @param key the entry that holds it, as tensors of this archive name it
     * @return the bytes, or empty if the archive lacks the storage
     */
    public OptionalLong packedBytes(String key) {
        ZipArchiveEntry entry = entries.get(root + key);
        return entry == null ? OptionalLong.empty() : OptionalLong.of(entry.getCompressedSize());
    }

    private String text(String name, byte[] bytes) throws InvalidArchiveException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new InvalidArchiveException(file + ": " + name + " is not UTF-8 text", e);
        }
    }

    private byte[] read(ZipArchiveEntry entry, int limit)
            throws IOException, InvalidArchiveException {
        try (InputStream in = EntryStream.open(file, zip, entry)) {
            byte[] bytes = in.readNBytes(limit + 1);
            if (bytes.length > limit) {
                throw new InvalidArchiveException(
                        file
                                + ": "
                                + entry.getName()
                                + " is larger than "
                                + (limit >> 20)
                                + " MiB; no model's code is, do not trust this file");
            }
            return bytes;
        }
    }

    /**
     * Writes a copy of the archive with other code. Weights go from zip to zip as they are, without
     * being held in memory.
     *
     * @param target the file to write
     * @param code the code files to put in, by qualifier; others stay. The debug tables of these
     *     are left out, as they would point to the wrong places
     * @throws IOException if reading or writing fails
     */
    public void copyWithCode(Path target, Map<String, String> code) throws IOException {
        Map<String, String> added = new LinkedHashMap<>();
        code.forEach(
                (file, text) -> added.put(root + "code/" + file.replace('.', '/') + ".py", text));
        try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(target.toFile())) {
            out.setMethod(ZipArchiveOutputStream.STORED);
            for (ZipArchiveEntry entry : entries.values()) {
                String name = entry.getName();
                boolean replaced =
                        added.containsKey(name)
                                || (name.endsWith(".debug_pkl")
                                        && added.containsKey(
                                                name.substring(
                                                        0, name.length() - ".debug_pkl".length())));
                if (!replaced) {
                    try (InputStream raw = zip.getRawInputStream(entry)) {
                        out.addRawArchiveEntry(entry, raw);
                    }
                }
            }
            for (Map.Entry<String, String> file : added.entrySet()) {
                store(out, file.getKey(), file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static void store(ZipArchiveOutputStream out, String name, byte[] bytes)
            throws IOException {
        ZipArchiveEntry entry = new ZipArchiveEntry(name);
        entry.setMethod(ZipArchiveEntry.STORED);
        entry.setSize(bytes.length);
        java.util.zip.CRC32 crc = new java.util.zip.CRC32();
        crc.update(bytes);
        entry.setCrc(crc.getValue());
        entry.setCompressedSize(bytes.length);
        out.addRawArchiveEntry(entry, new ByteArrayInputStream(bytes));
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
