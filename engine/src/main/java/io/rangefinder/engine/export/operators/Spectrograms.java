package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Fourier transforms of windows of a signal, and back: convolutions whose kernels are the window
 * times the waves of each frequency. Stateless.
 */
final class Spectrograms {

    /** Where windows leave less than this, PyTorch refuses to divide by it. */
    private static final double LEAST_ENVELOPE = 1e-11;

    private Spectrograms() {}

    /**
     * What both directions are given.
     *
     * @param length of a transform
     * @param hop from one window to the next
     * @param window as long as a transform, zero on both sides of what was given
     * @param frequencies how many are there: half of them where the signal is real
     * @param norm what a transform is multiplied by
     */
    private record Frames(int length, long hop, double[] window, int frequencies, double norm) {

        static Frames of(OperatorCall call) {
            long length = call.integer("n_fft");
            if (length < 1) {
                throw call.unsupported("transforms " + length + " numbers");
            }
            Fourier.checkSize(call, length, Math.multiplyExact(length, length));
            long hop = call.has("hop_length") ? call.integer("hop_length") : length / 4;
            if (hop < 1) {
                throw call.unsupported("has windows " + hop + " numbers apart");
            }
            boolean half = !call.has("onesided") || call.truth("onesided");
            return new Frames(
                    (int) length,
                    hop,
                    window(call, (int) length),
                    (int) (half ? length / 2 + 1 : length),
                    call.truth("normalized") ? 1 / Math.sqrt(length) : 1);
        }

        boolean half() {
            return frequencies < length;
        }

        private static double[] window(OperatorCall call, int length) {
            int given =
                    call.has("win_length") ? Math.toIntExact(call.integer("win_length")) : length;
            double[] window = new double[length];
            int left = (length - given) / 2;
            if (given < 1 || given > length) {
                throw call.unsupported("has windows of " + given + " for " + length + " numbers");
            }
            Arrays.fill(window, left, left + given, 1);
            if (call.has("window")) {
                SymbolicTensor tensor = call.tensor("window");
                if (tensor.type().isComplex() || !tensor.shape().equals(List.of(Dim.of(given)))) {
                    throw call.unsupported("has a window of shape " + tensor.shape());
                }
                List<Value.Scalar> values =
                        call.graph()
                                .elements(tensor)
                                .orElseThrow(
                                        () ->
                                                call.unsupported(
                                                        "has a window that is no constant of at"
                                                                + " most 4096 numbers"));
                for (int i = 0; i < given; i++) {
                    window[left + i] = values.get(i).real();
                }
            }
            return window;
        }
    }

    static Value stft(OperatorCall call) {
        Frames frames = Frames.of(call);
        Primitives to = call.primitives();
        SymbolicTensor given = call.tensor("self");
        boolean single = given.rank() == 1;
        SymbolicTensor x = single ? to.unsqueeze(given, 0) : given;
        if (call.has("center") && call.truth("center")) {
            x = centred(call, x, frames.length() / 2);
        }
        long beyondFirst = x.dim(1).value() - frames.length();
        if (beyondFirst < 0) {
            throw call.unsupported(
                    "takes windows of " + frames.length() + " numbers out of " + x.dim(1));
        }
        long count = beyondFirst / frames.hop() + 1;
        Dim bins = Dim.of(frames.frequencies());
        double[][] circle = Fourier.circle(frames.length(), -1);
        double[] kernels = new double[2 * frames.frequencies() * frames.length()];
        int next = 0;
        for (long bin = 0; bin < frames.frequencies(); bin++) {
            for (int part = 0; part < 2; part++) {
                for (int i = 0; i < frames.length(); i++) {
                    double wave = circle[(int) (bin * i % frames.length())][part];
                    kernels[next++] = frames.norm() * frames.window()[i] * wave;
                }
            }
        }
        SymbolicTensor weight =
                call.graph()
                        .transform(
                                x.type(),
                                List.of(bins.times(Dim.of(2)), Dim.ONE, Dim.of(frames.length())),
                                kernels);
        SymbolicTensor waves =
                call.graph()
                        .node(
                                "Conv",
                                x.type(),
                                List.of(x.dim(0), bins.times(Dim.of(2)), Dim.of(count)),
                                List.of(to.unsqueeze(x, 1), weight),
                                Attributes.of("strides", List.of(frames.hop())));
        SymbolicTensor parts = to.reshape(waves, List.of(x.dim(0), bins, Dim.of(2), Dim.of(count)));
        SymbolicTensor pair = to.permute(parts, List.of(0, 1, 3, 2));
        pair = single ? to.squeeze(pair, 0) : pair;
        boolean complex = call.has("return_complex") && call.truth("return_complex");
        return complex ? ComplexArithmetic.result(pair) : OperatorCall.result(pair);
    }

    private static SymbolicTensor centred(OperatorCall call, SymbolicTensor x, long by) {
        String mode = call.text("pad_mode");
        return call.graph()
                .node(
                        "Pad",
                        x.type(),
                        List.of(x.dim(0), x.dim(1).plus(Dim.of(2 * by))),
                        List.of(x, call.graph().longs(0, by, 0, by)),
                        Attributes.of(
                                "mode",
                                switch (mode) {
                                    case "reflect", "constant" -> mode;
                                    case "replicate" -> "edge";
                                    default -> throw call.unsupported("pads by " + mode);
                                }));
    }

    /**
     * Each window's signal is added where it was taken from; what the windows add up to is divided
     * out ({@code istft} in {@code aten/src/ATen/native/SpectralOps.cpp}).
     */
    static SymbolicTensor istft(OperatorCall call) {
        Frames frames = Frames.of(call);
        if (!frames.half() || (call.has("return_complex") && call.truth("return_complex"))) {
            throw call.unsupported("gives a complex signal, for which it has no real form");
        }
        Primitives to = call.primitives();
        SymbolicTensor given = call.tensor("self").realView();
        SymbolicTensor z = given.rank() == 3 ? to.unsqueeze(given, 0) : given;
        if (z.rank() != 4 || !z.dim(1).is(frames.frequencies())) {
            throw call.unsupported("takes a spectrum of shape " + z.shape());
        }
        int count = Math.toIntExact(z.dim(2).value());
        Dim channels = z.dim(1).times(Dim.of(2));
        SymbolicTensor waves =
                to.reshape(
                        to.permute(z, List.of(0, 1, 3, 2)),
                        List.of(z.dim(0), channels, Dim.of(count)));
        int full = Math.toIntExact((count - 1) * frames.hop() + frames.length());
        call.checkLength(full);
        call.checkMask(count, frames.length());
        SymbolicTensor sum =
                call.graph()
                        .node(
                                "ConvTranspose",
                                z.type(),
                                List.of(z.dim(0), Dim.ONE, Dim.of(full)),
                                List.of(waves, backward(call, frames, z.type(), channels)),
                                Attributes.of("strides", List.of(frames.hop())));
        int start = call.truth("center") ? frames.length() / 2 : 0;
        int end = call.truth("center") ? full - start : full;
        int wanted = end - start;
        if (call.has("length")) {
            wanted = Math.toIntExact(call.integer("length"));
            call.checkLength(wanted);
            end = Math.min(full, start + wanted);
        }
        SymbolicTensor signal = to.slice(to.squeeze(sum, 1), 1, Dim.of(start), Dim.of(end), 1);
        signal = to.mul(signal, inverseEnvelope(call, frames, count, start, end, z.type()));
        if (wanted > end - start) {
            signal =
                    call.graph()
                            .node(
                                    "Pad",
                                    z.type(),
                                    List.of(z.dim(0), Dim.of(wanted)),
                                    List.of(
                                            signal,
                                            call.graph().longs(0, 0, 0, wanted - end + start)));
        }
        return given.rank() == 3 ? to.squeeze(signal, 0) : signal;
    }

    private static SymbolicTensor backward(
            OperatorCall call, Frames frames, ElementType type, Dim channels) {
        int n = frames.length();
        double[][] circle = Fourier.circle(n, 1);
        double[] kernels = new double[2 * frames.frequencies() * n];
        int next = 0;
        for (long bin = 0; bin < frames.frequencies(); bin++) {
            // What mirrors it adds the same real part once more.
            double times = (bin == 0 || 2 * bin == n ? 1.0 : 2.0) / n / frames.norm();
            for (int part = 0; part < 2; part++) {
                for (int i = 0; i < n; i++) {
                    double[] point = circle[(int) (bin * i % n)];
                    double wave = part == 0 ? point[0] : -point[1];
                    kernels[next++] = times * frames.window()[i] * wave;
                }
            }
        }
        return call.graph().transform(type, List.of(channels, Dim.ONE, Dim.of(n)), kernels);
    }

    private static SymbolicTensor inverseEnvelope(
            OperatorCall call, Frames frames, int count, int start, int end, ElementType type) {
        double[] envelope = new double[(int) ((count - 1) * frames.hop()) + frames.length()];
        for (int frame = 0; frame < count; frame++) {
            for (int i = 0; i < frames.length(); i++) {
                double w = frames.window()[i];
                envelope[(int) (frame * frames.hop()) + i] += w * w;
            }
        }
        List<Value.Scalar> inverse = new ArrayList<>();
        for (int i = start; i < end; i++) {
            if (envelope[i] <= LEAST_ENVELOPE) {
                throw call.unsupported("has windows that leave places without a signal");
            }
            inverse.add(new Value.Real(1 / envelope[i]));
        }
        return SymbolicTensor.of(type, List.of(Dim.of(inverse.size())), inverse);
    }

    /**
     * A window of cosines: {@code a - b cos(x) + c cos(2x)}, {@code x} from 0 to 2π.
     *
     * @param a what it is around
     * @param b how much of one wave
     * @param c how much of two waves
     */
    static SymbolicTensor window(OperatorCall call, double a, double b, double c) {
        long length = call.integer("window_length");
        call.checkLength(length);
        boolean periodic = !call.has("periodic") || call.truth("periodic");
        double span = periodic ? length : length - 1;
        List<Value.Scalar> values = new ArrayList<>();
        for (long i = 0; i < length; i++) {
            double x = length == 1 ? Math.PI : 2 * Math.PI * i / span;
            values.add(new Value.Real(length == 1 ? 1 : a - b * Math.cos(x) + c * Math.cos(2 * x)));
        }
        ElementType type = call.type("dtype").orElse(ElementType.FLOAT32);
        return SymbolicTensor.of(
                type, List.of(Dim.of(values.size())), Scalars.convert(values, type));
    }

    /** {@code hamming_window} may be given other numbers than its own. */
    static SymbolicTensor hamming(OperatorCall call) {
        double alpha = call.has("alpha") ? call.real("alpha") : 0.54;
        double beta = call.has("beta") ? call.real("beta") : 0.46;
        return window(call, alpha, beta, 0);
    }
}
