package io.rangefinder.capture.hooks;

import io.rangefinder.capture.observers.Column;
import io.rangefinder.capture.observers.Observer;
import io.rangefinder.capture.observers.Observers;
import io.rangefinder.capture.observers.TensorObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The TorchScript functions that look at a tensor, for the observers that there are. {@code i} is
 * the index of the first number of a row.
 */
final class ObserverCode {

    private static final String TABLE =
            """
            class Observer(Interface):
              def start(self, n: int) -> NoneType:
                pass
              def tensor(self, x: Tensor, i: int) -> NoneType:
                pass
              def optional(self, x: Optional[Tensor], i: int) -> NoneType:
                pass
              def any(self, x: Any, i: int) -> NoneType:
                pass
            DECLARATIONS  def table(self) -> Tensor:
                pass
            class Table:
              rows : List[float]
              def __init__(self: __torch__.MODULE.Table) -> NoneType:
                self.rows = annotate(List[float], [])
                return None
              def start(self: __torch__.MODULE.Table, n: int) -> NoneType:
                self.rows = torch.mul(EMPTY, n)
                return None
              def tensor(self: __torch__.MODULE.Table, x: Tensor, i: int) -> NoneType:
                __torch__.MODULE.tensor(x, self.rows, i)
                return None
              def optional(self: __torch__.MODULE.Table, x: Optional[Tensor], i: int) -> NoneType:
                __torch__.MODULE.optional(x, self.rows, i)
                return None
              def any(self: __torch__.MODULE.Table, x: Any, i: int) -> NoneType:
                __torch__.MODULE.any(x, self.rows, i)
                return None
            METHODS  def table(self: __torch__.MODULE.Table) -> Tensor:
                return NUMBERS(self.rows)
            class Box:
              observer : __torch__.MODULE.Observer
              def __init__(self: __torch__.MODULE.Box, observer: __torch__.MODULE.Observer) -> NoneType:
                self.observer = observer
                return None
            def new_Table(rows: int) -> __torch__.MODULE.Table:
              table = __torch__.MODULE.Table.__new__(__torch__.MODULE.Table)
              _0 = (table).__init__()
              _1 = (table).start(rows, )
              return table
            def new_Observer(rows: int) -> __torch__.MODULE.Observer:
              table = __torch__.MODULE.Table.__new__(__torch__.MODULE.Table)
              _0 = (table).__init__()
              box = __torch__.MODULE.Box.__new__(__torch__.MODULE.Box)
              _1 = (box).__init__(table, )
              observer = box.observer
              _2 = (observer).start(rows, )
              return observer
            """;

    private static final String FUNCTIONS =
            """
            def tensor(x: Tensor, rows: List[float], i: int) -> NoneType:
              dtype = ops.prim.dtype(x)
              if __torch__.MODULE.is_float(dtype):
                n = torch.numel(x)
                if torch.gt(n, 0):
                  y = __torch__.MODULE.readable(x, dtype)
            LOOKS  else:
                _0 = torch._set_item(rows, torch.add(i, LAST), torch.add(torch.__getitem__(rows, torch.add(i, LAST)), 1.))
              return None
            def is_float(dtype: int) -> bool:
              if torch.lt(dtype, 8):
                answer = torch.gt(dtype, 4)
              else:
                if torch.eq(dtype, 15):
                  answer = True
                else:
                  if torch.gt(dtype, 22):
                    answer = torch.lt(dtype, 27)
                  else:
                    answer = False
              return answer
            def readable(x: Tensor, dtype: int) -> Tensor:
              if ops.prim.is_mkldnn(x):
                y = torch.to_dense(x)
              else:
                if ops.prim.is_sparse(x):
                  y = torch.to_dense(x)
                else:
                  if ops.prim.is_nested(x):
                    y = torch.values(x)
                  else:
                    if torch.gt(dtype, 15):
                      y = torch.to(x, 6)
                    else:
                      y = x
              return y
            def optional(x: Optional[Tensor], rows: List[float], i: int) -> NoneType:
              if torch.__isnot__(x, None):
                __torch__.MODULE.tensor(unchecked_cast(Tensor, x), rows, i)
              else:
                pass
              return None
            def any(x: Any, rows: List[float], i: int) -> NoneType:
              if isinstance(x, Tensor):
                __torch__.MODULE.tensor(unchecked_cast(Tensor, x), rows, i)
              else:
                pass
              return None
            def named(x: Tensor, results: Dict[str, Tensor], name: str) -> NoneType:
              rows = EMPTY
              __torch__.MODULE.tensor(x, rows, 0)
              key = torch.add("ROW_KEY", name)
              new = NUMBERS(rows)
              if torch.__contains__(results, key):
                old = torch.__getitem__(results, key)
                _0 = torch._set_item(results, key, MERGED)
              else:
                _1 = torch._set_item(results, key, new)
            NAMED  return None
            def keep(x: Tensor, results: Dict[str, Tensor], name: str) -> NoneType:
              key = torch.format("TENSOR_KEY{}:{}", torch.len(results), name)
              _0 = torch._set_item(results, key, torch.clone(x))
              return None
            """;

    /** A method of the interface and of the class, and the functions behind it. */
    private static final String DECLARATION =
            """
              def NAME_tensor(self, x: Tensor, results: Dict[str, Tensor], name: str) -> NoneType:
                pass
              def NAME_optional(self, x: Optional[Tensor], results: Dict[str, Tensor], name: str) -> NoneType:
                pass
              def NAME_any(self, x: Any, results: Dict[str, Tensor], name: str) -> NoneType:
                pass
            """;

    private static final String METHOD =
            """
              def NAME_tensor(self: __torch__.MODULE.Table, x: Tensor, results: Dict[str, Tensor], name: str) -> NoneType:
                __torch__.MODULE.NAME_tensor(x, results, name)
                return None
              def NAME_optional(self: __torch__.MODULE.Table, x: Optional[Tensor], results: Dict[str, Tensor], name: str) -> NoneType:
                if torch.__isnot__(x, None):
                  __torch__.MODULE.NAME_tensor(unchecked_cast(Tensor, x), results, name)
                else:
                  pass
                return None
              def NAME_any(self: __torch__.MODULE.Table, x: Any, results: Dict[str, Tensor], name: str) -> NoneType:
                if isinstance(x, Tensor):
                  __torch__.MODULE.NAME_tensor(unchecked_cast(Tensor, x), results, name)
                else:
                  pass
                return None
            """;

    private static final String FUNCTION =
            """
            def NAME_tensor(x: Tensor, results: Dict[str, Tensor], name: str) -> NoneType:
              dtype = ops.prim.dtype(x)
              if __torch__.MODULE.is_float(dtype):
                if torch.gt(torch.numel(x), 0):
                  y = __torch__.MODULE.readable(x, dtype)
                  key = torch.add("OBSERVER_KEYNAME:", name)
                  new = torch.to(torch.reshape(__torch__.MODULE.NAME(y), [COLUMNS, -1]), 7)
                  if torch.__contains__(results, key):
                    old = torch.__getitem__(results, key)
                    _0 = torch._set_item(results, key, MERGED)
                  else:
                    _1 = torch._set_item(results, key, new)
                else:
                  pass
              else:
                pass
              return None
            """;

    /** What makes a tensor of a list in one go, which it rounds to float32. */
    private static final Pattern NUMBERS = Pattern.compile("NUMBERS\\((\\S+)\\)");

    /** The same number by number, where sums would be rounded. */
    private static final String EXACT =
            """
            def exact(rows: List[float]) -> Tensor:
              numbers = annotate(List[Tensor], [torch.zeros([0], dtype=7)])
              for i in range(torch.len(rows)):
                _0 = torch.append(numbers, torch.full([1], torch.__getitem__(rows, i), dtype=7))
              return torch.cat(numbers)
            """;

    private final Observers observers;
    private final RowLayout layout;

    ObserverCode(Observers observers) {
        this.observers = observers;
        layout = new RowLayout(observers);
    }

    /**
     * Hooks call them through the interface {@code Observer}, which PyTorch's JIT cannot see
     * through: were they inlined at every hook point, its passes would take minutes for a large
     * model where they now take a second. {@code Box} is what hides the class from it. As the JIT
     * then does not see who writes to the rows either, they are made behind the interface, too.
     * Autocast is the exception: its pass takes a graph with no such call, so there the class is
     * passed itself.
     *
     * <p>Types go by PyTorch's numbers ({@code c10/core/ScalarType.h}): 5 to 7 are float16, float32
     * and float64, 15 is bfloat16, 23 to 26 are the float8 types, which must be widened first. An
     * undefined tensor, such as attention gives for weights that nobody needs, has a number of its
     * own; it must not reach an operator.
     *
     * @param file the qualifier of the file that they stand in
     * @return the file's text
     * @throws IllegalArgumentException if an observer's functions don't fit in
     */
    String source(String file) {
        StringBuilder declarations = new StringBuilder();
        StringBuilder methods = new StringBuilder();
        StringBuilder looks = new StringBuilder();
        StringBuilder named = new StringBuilder();
        StringBuilder functions = new StringBuilder();
        for (int o = 0; o < layout.observers().size(); o++) {
            String name = layout.observers().get(o).name();
            int start = layout.start(o);
            String i = start == 0 ? "i" : "torch.add(i, " + start + ")";
            looks.append("      __torch__.MODULE." + name + "(y, n, rows, " + i + ")\n");
        }
        for (TensorObserver observer : observers.tensors()) {
            declarations.append(DECLARATION.replace("NAME", observer.name()));
            methods.append(METHOD.replace("NAME", observer.name()));
            functions.append(function(observer));
            if (observer.points() == TensorObserver.Points.ALL) {
                named.append(
                        "  __torch__.MODULE." + observer.name() + "_tensor(x, results, name)\n");
            }
        }
        String own =
                TABLE.replace("DECLARATIONS", declarations).replace("METHODS", methods)
                        + FUNCTIONS
                                .replace("LOOKS", looks)
                                .replace("NAMED", named)
                                .replace("MERGED", merged(layout.columns()));
        boolean exact = layout.columns().stream().anyMatch(c -> c.kind() == Column.Kind.SUM);
        if (exact) {
            own += EXACT;
        }
        own =
                NUMBERS.matcher(own + functions)
                        .replaceAll(
                                exact ? "__torch__.MODULE.exact($1)" : "torch.tensor($1, dtype=7)")
                        .replace("EMPTY", layout.empty())
                        .replace("LAST", Integer.toString(layout.integers()))
                        .replace("ROW_KEY", HookedProgram.ROW_KEY)
                        .replace("TENSOR_KEY", HookedProgram.TENSOR_KEY)
                        .replace("OBSERVER_KEY", HookedProgram.OBSERVER_KEY);
        StringBuilder text = new StringBuilder(own);
        for (Observer observer : observers.all()) {
            requireFunction(observer, own);
            text.append(observer.torchScript());
        }
        return text.toString().replace("__torch__.MODULE", file);
    }

    private static String function(TensorObserver observer) {
        return FUNCTION.replace("NAME", observer.name())
                .replace("COLUMNS", Integer.toString(observer.columns().size()))
                .replace("MERGED", merged(observer.columns()));
    }

    private static void requireFunction(Observer observer, String own) {
        String function = "def " + observer.name() + "(";
        if (own.contains(function) || !observer.torchScript().contains(function)) {
            throw new IllegalArgumentException(
                    "observer "
                            + observer.name()
                            + " must have a TorchScript function of this name, which no function of"
                            + " the hooks has; rename it, or see Observer.torchScript");
        }
    }

    /** What {@code old} and {@code new}, each a number or a row of them a column, become. */
    private static String merged(List<Column> columns) {
        List<String> runs = new ArrayList<>();
        for (int from = 0, to = 0; from < columns.size(); from = to) {
            String operator = operator(columns.get(from));
            while (to < columns.size() && operator(columns.get(to)).equals(operator)) {
                to++;
            }
            runs.add(operator + "(" + slice("old", from, to) + ", " + slice("new", from, to) + ")");
        }
        return "torch.cat([" + String.join(", ", runs) + "])";
    }

    private static String slice(String of, int from, int to) {
        return "torch.slice(" + of + ", 0, " + from + ", " + to + ")";
    }

    private static String operator(Column column) {
        return switch (column.kind()) {
            case COUNT, SUM -> "torch.add";
            case LEAST -> "torch.minimum";
            case GREATEST -> "torch.maximum";
        };
    }
}
