package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;

/** What drops elements at random, and what else draws random numbers. Stateless. */
final class Dropouts {

    private Dropouts() {}

    /** In inference nothing is dropped; where the model would, that is said. */
    static Value leftOut(OperatorCall call) {
        sayIfTraining(call, "p", "train");
        return call.value(0);
    }

    static Value nativeDropout(OperatorCall call) {
        sayIfTraining(call, "p", "train");
        SymbolicTensor x = call.tensor("input");
        SymbolicTensor all = Normalizations.filled(x, x.shape(), 1);
        return OperatorCall.results(x, call.primitives().cast(all, ElementType.BOOL));
    }

    /** An operator that drops elements beside what else it does. */
    static void sayIfTraining(OperatorCall call, String probability, String training) {
        boolean drops = call.has(probability) && call.real(probability) != 0;
        if (drops && call.truth(training)) {
            sayLeftOut(call);
        }
    }

    static void sayLeftOut(OperatorCall call) {
        call.inTrainingMode("drops elements at random, which is left out");
    }

    static Value refuseRandom(OperatorCall call) {
        throw call.unsupported(
                "draws random numbers; if it does so for training only, call model.eval() before"
                        + " the model is traced or scripted, else make them an input");
    }
}
