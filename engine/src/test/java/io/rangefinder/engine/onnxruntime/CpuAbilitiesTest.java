package io.rangefinder.engine.onnxruntime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuAbilitiesTest {

    @TempDir Path folder;

    @Test
    void instructionsForInt8ProductsDoNotSaturate() {
        CpuAbilities abilities = CpuAbilities.probe();
        abilities.feature().ifPresent(f -> assertFalse(abilities.saturates(), f));
        assertEquals(abilities.saturates() ? 7 : 8, abilities.weightBits());
    }

    /** ONNX Runtime 1.21 to 1.24 got these wrong on a CPU with AMX. */
    @Test
    void sumsThatCannotSaturateAreRight() {
        CpuAbilities abilities = CpuAbilities.probe();
        assertFalse(abilities.wrong(), abilities.explanation());
        assertEquals(Execution.INTEGER, abilities.execution());
    }

    @Test
    void wrongKernelsAreNotUsed() {
        CpuAbilities abilities = new CpuAbilities(false, true, Optional.of("amx_int8"));
        assertEquals(Execution.SIMULATED, abilities.execution());
        assertTrue(
                abilities.explanation().contains("wrong int8 sums on this CPU (amx_int8)"),
                abilities.explanation());
    }

    @Test
    void featureIsReadFromTheFlags() throws Exception {
        Path cpuinfo = folder.resolve("cpuinfo");
        Files.writeString(cpuinfo, "processor\t: 0\nflags\t\t: fpu avx2 avx512_vnni sse\n");
        assertEquals(Optional.of("avx512_vnni"), CpuAbilities.feature(cpuinfo));
        Files.writeString(cpuinfo, "processor\t: 0\nflags\t\t: fpu avx2 sse\n");
        assertEquals(Optional.empty(), CpuAbilities.feature(cpuinfo));
        assertEquals(Optional.empty(), CpuAbilities.feature(folder.resolve("none")));
    }

    @Test
    void explanationSaysWhatWasSeen() {
        String text = new CpuAbilities(true, false, Optional.empty()).explanation();
        assertTrue(text.startsWith("7-bit weights: int8 sums saturate"), text);
    }
}
