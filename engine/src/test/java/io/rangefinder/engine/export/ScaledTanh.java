package io.rangefinder.engine.export;

import io.rangefinder.engine.export.operators.CustomOperators;
import io.rangefinder.engine.export.operators.Operator;
import io.rangefinder.engine.export.operators.OperatorCall;
import io.rangefinder.engine.export.operators.Primitives;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.Map;

/** An application's own: {@code application::scaled_tanh(Tensor x, float scale)}. */
public final class ScaledTanh implements CustomOperators {

    @Override
    public Map<String, Operator> operators() {
        return Map.of("application::scaled_tanh", ScaledTanh::of);
    }

    private static Value of(OperatorCall call) {
        Primitives onnx = call.primitives();
        return OperatorCall.result(
                onnx.mul(onnx.unary("Tanh", call.tensor("#0")), call.real("#1")));
    }
}
