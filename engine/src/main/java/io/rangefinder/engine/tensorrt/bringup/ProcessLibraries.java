package io.rangefinder.engine.tensorrt.bringup;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** TensorRT in this process, by /proc/self/maps, and in the dynamic linker's folders. */
final class ProcessLibraries implements LoadedLibraries {

    private static final Logger logger = LoggerFactory.getLogger(ProcessLibraries.class);
    private static final Pattern TENSORRT =
            Pattern.compile("lib(nvinfer(_plugin)?|nvonnxparser|nvparsers)\\.so.*");

    /** What Java takes paths to be written in. */
    private static final Charset PATHS =
            Charset.forName(
                    System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name()));

    @Override
    public List<TensorRtFile> mapped() {
        Set<Path> files = new LinkedHashSet<>();
        try {
            byte[] maps = Files.readAllBytes(Path.of("/proc/self/maps"));
            named(maps, PATHS).map(Path::of).forEach(files::add);
        } catch (IOException e) {
            logger.warn("Which libraries are loaded cannot be seen: {}", e.toString());
        }
        return files.stream().map(ProcessLibraries::describe).flatMap(Optional::stream).toList();
    }

    /** Paths of TensorRT's libraries; others may hold bytes that are no characters here. */
    static Stream<String> named(byte[] maps, Charset encoding) {
        return new String(maps, encoding)
                .lines()
                .filter(line -> line.indexOf('/') >= 0)
                .map(line -> line.substring(line.indexOf('/')))
                .filter(
                        path ->
                                TENSORRT.matcher(path.substring(path.lastIndexOf('/') + 1))
                                        .matches());
    }

    @Override
    public List<TensorRtFile> installed() {
        Set<Path> files = new LinkedHashSet<>();
        for (Path folder : LinkerFolders.all()) {
            if (!Files.isDirectory(folder)) {
                continue;
            }
            try (DirectoryStream<Path> found =
                    Files.newDirectoryStream(folder, "libnvinfer.so.[0-9]*")) {
                for (Path file : found) {
                    files.add(file.toRealPath());
                }
            } catch (IOException e) {
                logger.debug("{} is not searched for TensorRT: {}", folder, e.toString());
            }
        }
        return files.stream().map(ProcessLibraries::describe).flatMap(Optional::stream).toList();
    }

    private static Optional<TensorRtFile> describe(Path file) {
        try {
            ElfFile elf = ElfFile.read(file);
            return Optional.of(new TensorRtFile(file, elf.soname(), elf.tensorRtVersion()));
        } catch (IOException e) {
            logger.debug("{} is not described: {}", file, e.toString());
            return Optional.of(new TensorRtFile(file, file.getFileName().toString(), ""));
        }
    }
}
