package io.rangefinder.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.engine.EngineException;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import org.junit.jupiter.api.Test;

class ErrorLineTest {

    @Test
    void ofPyTorchsTraceTheErrorIsTaken() {
        assertEquals(
                "RuntimeError: mat1 and mat2 shapes cannot be multiplied",
                ErrorLine.of(
                        new TranslateException(
                                new EngineException(
                                        """
                                        The following operation failed in the TorchScript interpreter.
                                        Traceback of TorchScript, serialized code (most recent call last):
                                          File "code/__torch__.py", line 7, in forward
                                        RuntimeError: mat1 and mat2 shapes cannot be multiplied
                                        """))));
    }

    @Test
    void wrappersAreTakenOff() {
        assertEquals(
                "the disk is full",
                ErrorLine.of(
                        new UncheckedIOException("lost", new IOException("the disk is full"))));
    }

    @Test
    void controlCharactersDoNotReachTheTerminal() {
        assertEquals("a [31mb", ErrorLine.of(new IOException("a\u001b[31mb\n\nc")));
    }

    @Test
    void whatNobodyFoundWordsForKeepsItsName() {
        assertEquals(
                "unexpected NullPointerException; run again with --verbose and report it",
                ErrorLine.of(new NullPointerException()));
        assertEquals(
                "IndexOutOfBoundsException: 3", ErrorLine.of(new IndexOutOfBoundsException("3")));
    }

    @Test
    void filesThatMayNotBeOpenedAreNamed() {
        assertEquals(
                "no permission to open x.pt; change its permissions or choose another path",
                ErrorLine.of(new AccessDeniedException("x.pt")));
    }
}
