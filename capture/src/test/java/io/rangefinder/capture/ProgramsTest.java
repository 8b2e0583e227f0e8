package io.rangefinder.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.ZooModel;
import io.rangefinder.capture.statistics.TensorStatistics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Small programs, written for what is easily lost: what a hook copies must run in the order in
 * which it ran, and what is known of a tensor must not outlive the tensor. Inputs are -2, -1, 3, 4.
 */
class ProgramsTest {

    @TempDir Path folder;

    private Map<String, TensorStatistics> run(String body, String functions) throws Exception {
        String method =
                "  def forward(self: __torch__.models.calls.Codec, x: Tensor) -> Tensor:\n"
                        + body.indent(4);
        Path file = CaptureModels.program(folder, method, functions);
        try (ZooModel<NDList, NDList> plain = CaptureModels.load(file, "PyTorch");
                ZooModel<NDList, NDList> hooked = CaptureModels.load(file, "RangeCapture");
                Predictor<NDList, NDList> expected = plain.newPredictor();
                Predictor<NDList, NDList> actual = hooked.newPredictor();
                NDManager manager = plain.getNDManager().newSubManager()) {
            // The first two runs are profiled, the third runs what the JIT made of them.
            for (int i = 0; i < 3; i++) {
                assertArrayEquals(
                        expected.predict(input(manager)).singletonOrThrow().toFloatArray(),
                        actual.predict(input(manager)).singletonOrThrow().toFloatArray());
            }
            return RangeCapture.of(hooked).statistics().asMap();
        }
    }

    private static NDList input(NDManager manager) {
        return new NDList(manager.create(new float[] {-2, -1, 3, 4}, new Shape(1, 4)));
    }

    private static void assertRange(
            double min, double max, Map<String, TensorStatistics> seen, String point) {
        assertTrue(seen.containsKey(point), () -> point + " is not among " + seen.keySet());
        assertEquals(min, seen.get(point).min(), point);
        assertEquals(max, seen.get(point).max(), point);
    }

    @Test
    void anOperationInPlaceChangesWhatIsKnownOfEveryName() throws Exception {
        Map<String, TensorStatistics> seen =
                run(
                        """
                        y = torch.mul(x, 2)
                        z = torch.view(y, [4])
                        _0 = torch.add_(y, 1)
                        u = torch.relu(z)
                        return torch.view(u, [1, 4])
                        """,
                        "");
        assertRange(-4, 8, seen, "/mul");
        assertRange(-3, 9, seen, "/add");
        assertRange(0, 9, seen, "/relu");
        assertRange(0, 9, seen, "<root>");
    }

    @Test
    void anOperationInPlaceWithinAFunctionCounts() throws Exception {
        Map<String, TensorStatistics> seen =
                run(
                        """
                        y = torch.mul(x, 2)
                        _0 = __torch__.models.calls.shift(y, )
                        z = torch.relu(y)
                        return torch.add(z, 1)
                        """,
                        """
                        def shift(x: Tensor) -> Tensor:
                          return torch.sub_(x, 10)
                        """);
        assertRange(-14, -2, seen, "/sub");
        assertRange(0, 0, seen, "/relu");
    }

    @Test
    void anOperationInPlaceInOneBranchCounts() throws Exception {
        Map<String, TensorStatistics> seen =
                run(
                        """
                        y = torch.mul(x, 2)
                        if torch.gt(torch.numel(x), 3):
                          _0 = torch.add_(y, 1)
                        else:
                          pass
                        return torch.relu(y)
                        """,
                        "");
        assertRange(0, 9, seen, "<root>");
    }

    @Test
    void aLoopThatChangesATensorChangesWhatIsKnownAfterIt() throws Exception {
        Map<String, TensorStatistics> seen =
                run(
                        """
                        y = torch.mul(x, 2)
                        for i in range(3):
                          z = torch.relu(y)
                          _0 = torch.add_(y, 1)
                        return torch.clamp(y, -1., 32.)
                        """,
                        "");
        assertRange(-4, 8, seen, "/mul");
        assertRange(0, 10, seen, "/relu");
        assertRange(-3, 11, seen, "/add");
        assertRange(-1, 11, seen, "<root>");
    }

    @Test
    void aVariableOfALoopHoldsWhatTheLastIterationLeft() throws Exception {
        Map<String, TensorStatistics> seen =
                run(
                        """
                        y = torch.mul(x, 1)
                        y0 = y
                        z = y
                        for i in range(3):
                          z = torch.relu(y0)
                          y0 = torch.sub(y0, 2)
                        return torch.add(z, torch.relu(y0))
                        """,
                        "");
        assertRange(0, 4, seen, "/relu");
        assertRange(0, 0, seen, "/relu@1");
        assertEquals(3 * 3 * 4, seen.get("/relu").count());
    }

    @Test
    void aTensorKnownFromABranchIsNotKnownAfterIt() throws Exception {
        Map<String, TensorStatistics> seen =
                run(
                        """
                        y = torch.mul(x, 2)
                        if torch.gt(torch.numel(x), 100):
                          z = torch.neg(y)
                          u = z
                        else:
                          u = torch.add(y, 1)
                        return torch.relu(u)
                        """,
                        "");
        assertRange(0, 9, seen, "<root>");
        assertEquals(0, seen.get("/neg").count());
    }

    @Test
    void elementsOfAListThatIsWrittenToAreLookedAtAgain() throws Exception {
        Map<String, TensorStatistics> seen =
                run(
                        """
                        v = torch.split(x, 2, 1)
                        _0 = torch._set_item(v, 0, torch.mul(x, 100))
                        a, b, = v
                        return torch.relu(a)
                        """,
                        "");
        assertRange(-200, 400, seen, "/mul");
        assertRange(0, 400, seen, "<root>");
    }

    @Test
    void anOperatorsResultThatAModuleHandsOnKeepsItsName() throws Exception {
        Map<String, TensorStatistics> seen =
                run(
                        """
                        act = self.act
                        y = torch.abs(x)
                        return (act).forward(torch.relu(y), )
                        """,
                        "");
        assertRange(1, 4, seen, "/abs");
        assertRange(1, 4, seen, "/relu");
        assertRange(1, 4, seen, "act");
    }

    @Test
    void aSharedModuleIsNumberedByItsCalls() throws Exception {
        Map<String, TensorStatistics> seen =
                run(
                        """
                        act = self.act
                        y = (act).forward(x, )
                        z = (act).forward(torch.neg(x), )
                        u = (act).forward(torch.mul(x, 2), )
                        return torch.add(torch.add(y, z), u)
                        """,
                        "");
        assertRange(0, 4, seen, "act");
        assertRange(0, 2, seen, "act@1");
        assertRange(0, 8, seen, "act@2");
    }

    @Test
    void bothSidesOfABranchBeginAtTheSameNumber() throws Exception {
        Map<String, TensorStatistics> seen =
                run(
                        """
                        act = self.act
                        if torch.gt(torch.numel(x), 100):
                          y = (act).forward(x, )
                          y0 = (act).forward(torch.mul(y, 3), )
                        else:
                          y0 = (act).forward(torch.neg(x), )
                        return (act).forward(torch.add(y0, 1), )
                        """,
                        "");
        assertRange(0, 2, seen, "act");
        assertEquals(0, seen.get("act@1").count());
        assertRange(1, 3, seen, "act@2");
    }

    @Test
    void argumentsAreEvaluatedInTheirOrder() throws Exception {
        Map<String, TensorStatistics> seen =
                run(
                        """
                        y = torch.mul(x, 1)
                        return torch.sub(torch.add_(y, 1), torch.add(torch.mul_(y, 2), torch.relu(y)))
                        """,
                        "");
        assertRange(0, 10, seen, "/relu");
    }

    @Test
    void anAttributeIsReadBeforeACallThatWritesToIt() throws Exception {
        run(
                """
                s = __torch__.models.calls.State.__new__(__torch__.models.calls.State)
                _0 = (s).__init__(x, )
                return torch.sub(s.x, (s).next())
                """,
                """
                class State:
                  x : Tensor
                  def __init__(self: __torch__.models.calls.State, x: Tensor) -> NoneType:
                    self.x = x
                    return None
                  def next(self: __torch__.models.calls.State) -> Tensor:
                    self.x = torch.mul(self.x, 10)
                    return self.x
                """);
    }

    @Test
    void methodsOfScriptClassesAreObserved() throws Exception {
        Map<String, TensorStatistics> seen =
                run(
                        """
                        s = __torch__.models.calls.Sum.__new__(__torch__.models.calls.Sum)
                        _0 = (s).__init__(x, )
                        y = (s).add(torch.mul(x, 2), )
                        return torch.neg((y).add(torch.mul(x, 3), ).total)
                        """,
                        """
                        class Sum:
                          total : Tensor
                          def __init__(self: __torch__.models.calls.Sum, x: Tensor) -> NoneType:
                            self.total = x
                            return None
                          def add(self: __torch__.models.calls.Sum, x: Tensor) -> __torch__.models.calls.Sum:
                            self.total = torch.add(self.total, x)
                            return self
                        """);
        assertRange(-6, 12, seen, "/add");
        assertRange(-12, 24, seen, "/add@1");
        assertRange(-24, 12, seen, "<root>");
    }

    @Test
    void whatMayBeATensorIsLookedAt() throws Exception {
        Map<String, TensorStatistics> seen =
                run(
                        """
                        _0 = ops.prim.data(x)
                        return torch.mul(_0, 2)
                        """,
                        "");
        assertRange(-4, 8, seen, "<root>");
    }

    @Test
    void aClassMayHaveATrainingAttributeOfItsOwn() throws Exception {
        Map<String, TensorStatistics> seen =
                run(
                        """
                        s = __torch__.models.calls.Mode.__new__(__torch__.models.calls.Mode)
                        _0 = (s).__init__()
                        if s.training:
                          y = torch.mul(x, 10)
                        else:
                          y = torch.mul(x, 2)
                        return torch.relu(y)
                        """,
                        """
                        class Mode:
                          training : bool
                          def __init__(self: __torch__.models.calls.Mode) -> NoneType:
                            self.training = True
                            return None
                        """);
        assertRange(-20, 40, seen, "/mul");
    }

    @Test
    void whatOnlyTrainingRunsIsNoPoint() throws Exception {
        Map<String, TensorStatistics> seen =
                run(
                        """
                        training = self.training
                        if training:
                          y = torch.mul(x, 10)
                        else:
                          y = torch.neg(x)
                        return torch.dropout(y, 0.5, training)
                        """,
                        "");
        assertEquals(List.of("x", "/neg", "<root>"), List.copyOf(seen.keySet()));
        assertRange(-4, 2, seen, "<root>");
    }

    @Test
    void namesOfOursDoNotClashWithTheProgramsOwn() throws Exception {
        Map<String, TensorStatistics> seen =
                run(
                        """
                        rangefinder_rows = torch.mul(x, 2)
                        rangefinder_0 = torch.relu(rangefinder_rows)
                        xrangefinder_1 = torch.add(rangefinder_0, 1)
                        return xrangefinder_1
                        """,
                        "");
        assertRange(1, 9, seen, "<root>");
    }
}
