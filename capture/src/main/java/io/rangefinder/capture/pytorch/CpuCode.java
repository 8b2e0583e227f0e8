package io.rangefinder.capture.pytorch;

import io.rangefinder.capture.torchscript.SourceFile;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The code of an archive that was traced or scripted on another device, for the CPU: what it makes
 * there, such as {@code torch.zeros([4], device=torch.device("cuda:0"))}, is constant in it, as is
 * what it moves there ({@code x.cuda()}), and PyTorch moves only tensors that are saved.
 */
final class CpuCode {

    private static final Pattern DEVICE =
            Pattern.compile(
                    "torch\\.device\\(\"(?:cuda|mps|xpu|hip|xla)(?::\\d+)?\"(?:, \\d+)?,? ?\\)");

    /** {@code x.cuda()}, as it is saved. */
    private static final Pattern MOVED = Pattern.compile("\\btorch\\.(?:cuda|xpu)\\(");

    private CpuCode() {}

    /**
     * Whether code names another device.
     *
     * @param files code files
     * @return true if the model can't run here but by {@link #of}
     */
    static boolean isOfOtherDevice(Collection<SourceFile> files) {
        return files.stream().anyMatch(f -> isOfOtherDevice(f.text()));
    }

    private static boolean isOfOtherDevice(String text) {
        return DEVICE.matcher(text).find() || MOVED.matcher(text).find();
    }

    /**
     * Names the CPU wherever another device is named.
     *
     * @param files the archive's code files by qualifier
     * @param changed the texts of those that are other than in the archive
     * @return the texts of all that must be replaced in the archive
     */
    static Map<String, String> of(Map<String, SourceFile> files, Map<String, String> changed) {
        Map<String, String> code = new HashMap<>();
        files.forEach(
                (qualifier, source) -> {
                    if (!changed.containsKey(qualifier) && isOfOtherDevice(source.text())) {
                        code.put(qualifier, onCpu(source.text()));
                    }
                });
        changed.forEach((qualifier, text) -> code.put(qualifier, onCpu(text)));
        return code;
    }

    private static String onCpu(String text) {
        String made = DEVICE.matcher(text).replaceAll("torch.device(\"cpu\")");
        return MOVED.matcher(made).replaceAll("torch.cpu(");
    }
}
